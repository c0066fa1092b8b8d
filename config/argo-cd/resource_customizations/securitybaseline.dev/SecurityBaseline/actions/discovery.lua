-- Says which actions a SecurityBaseline has: preview while it enforces, enforce only after a preview.
local spec = obj.spec
if type(spec) ~= "table" then spec = {} end
local annotations = obj.metadata.annotations
if type(annotations) ~= "table" then annotations = {} end

local previewed = annotations["securitybaseline.dev/preview"] ~= nil and spec.mode == "Report"
return {
  refresh = { disabled = false },
  preview = { disabled = spec.mode ~= nil and spec.mode ~= "Enforce" },
  enforce = { disabled = not previewed },
}
