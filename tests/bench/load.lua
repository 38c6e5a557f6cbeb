-- wrk script: the request in the file that the environment names, again and again
local file = io.open(os.getenv("REQUEST"), "rb")
wrk.method = "POST"
wrk.body = file:read("*a")
wrk.headers["Content-Type"] = "application/json"
