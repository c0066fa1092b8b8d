-- Asks the backends of section secrets to refresh once: any new value of the annotation does.
local os = require("os")
if obj.metadata.annotations == nil then obj.metadata.annotations = {} end
obj.metadata.annotations["securitybaseline.dev/refresh"] = tostring(os.time())
return obj
