-- Says for Argo CD how a request for emergency access stands: Healthy while it can be used and once it is over as agreed,
-- Suspended while it waits for people, Degraded where the access was not given or was tampered with.

local of_phase = {
  Pending = "Suspended",
  Approved = "Suspended",
  Issuing = "Progressing",
  Active = "Healthy",
  Suspended = "Degraded",
  Expired = "Healthy",
  Revoked = "Healthy",
  Withdrawn = "Healthy",
  Denied = "Degraded",
  TimedOut = "Degraded",
  Failed = "Degraded",
}

local status = obj.status
if type(status) ~= "table" then status = {} end
local metadata = obj.metadata
if type(metadata) ~= "table" then metadata = {} end

if metadata.deletionTimestamp ~= nil then return { status = "Progressing", message = "is being deleted" } end
local phase = status.phase
if type(phase) ~= "string" or of_phase[phase] == nil then
  return { status = "Progressing", message = "the operator has not looked at the request yet" }
end

local message = "the request is " .. phase
if type(status.endReason) == "string" and #status.endReason <= 64 then message = message .. ": " .. status.endReason end
return { status = of_phase[phase], message = message }
