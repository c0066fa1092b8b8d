-- Only reports from now on what the baseline would change. What is in place stays; sections with a mode of their own keep it.
if obj.spec == nil then obj.spec = {} end
if obj.spec.mode ~= nil and obj.spec.mode ~= "Enforce" then error("the baseline does not enforce: there is nothing to preview") end
if obj.metadata.annotations == nil then obj.metadata.annotations = {} end
obj.spec.mode = "Report"
obj.metadata.annotations["securitybaseline.dev/preview"] = "true"
return obj
