-- Ends a preview. A baseline that reports because Git says so is not touched.
local annotations = obj.metadata.annotations
if annotations == nil or annotations["securitybaseline.dev/preview"] == nil or obj.spec.mode ~= "Report" then
  error("there is no preview to end: set spec.mode where the baseline is written")
end
annotations["securitybaseline.dev/preview"] = nil
-- Argo CD puts an empty table back to what it was.
if next(annotations) == nil then obj.metadata.annotations = nil end
obj.spec.mode = "Enforce"
return obj
