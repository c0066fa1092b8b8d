-- Says for Argo CD whether the ledger of emergency access has recorded what the checkpoint says is kept elsewhere.

local function table_or_empty(value)
  if type(value) == "table" then return value end
  return {}
end

local metadata, spec, status = table_or_empty(obj.metadata), table_or_empty(obj.spec), table_or_empty(obj.status)
local recorded = table_or_empty(status.recorded)

if metadata.deletionTimestamp ~= nil then return { status = "Progressing", message = "is being deleted" } end
if type(status.message) == "string" and status.message ~= "" then
  if #status.message > 1024 then return { status = "Degraded", message = "not recorded: see `kubectl describe`" } end
  return { status = "Degraded", message = status.message }
end
local is_recorded = type(spec.lastSeq) == "number" and recorded.lastSeq == spec.lastSeq
  and type(spec.headHash) == "string" and recorded.headHash == spec.headHash
if is_recorded and status.message == nil then return { status = "Healthy", message = "the ledger has recorded it" } end
return { status = "Progressing", message = "the ledger has not recorded it yet" }
