-- every request is for a job of its own
local n = 0
local head = tostring(os.time())

request = function()
    n = n + 1
    local body = string.format('{"jobId":"bench-%s-%d","s3Key":"uploads/%d.pdf","email":"a@example.com","language":"English"}',
                               head, n, n)
    return wrk.format("POST", nil, {["Content-Type"] = "application/json"}, body)
end
