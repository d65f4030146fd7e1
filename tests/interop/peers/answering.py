# SPDX-License-Identifier: GPL-3.0-or-later
"""answering.py URL: a worker in Python whose functions answer HTTP, until its standard input ends."""
import json
import sys

from iii import InitOptions, register_worker

worker = register_worker(sys.argv[1], InitOptions(worker_name="python-http"))


def bind(function_id, method, path, handler):
    worker.register_function(function_id, handler)
    worker.register_trigger({"type": "http", "function_id": function_id, "config": {"api_path": path, "http_method": method}})


async def user(request):
    return {"status_code": 200, "body": {"id": request["path_params"]["id"], **request["query_params"]}}


async def set_head(response, status, headers):
    await response.send_message_async(json.dumps({"type": "set_status", "status_code": status}))
    await response.send_message_async(json.dumps({"type": "set_headers", "headers": headers}))


async def events(request):
    response = request["response"]
    await set_head(response, 200, {"content-type": "text/event-stream"})
    for i in range(3):
        await response.write(f"data: {i}\n\n".encode())
    await response.close_async()


async def rows(request):
    response = request["response"]
    count = 0
    async for chunk in request["request_body"]:
        count += chunk.count(b"\n")
    await set_head(response, 200, {"content-type": "application/json"})
    await response.write(json.dumps({"rows": count}).encode())
    await response.close_async()


async def ready(_request):
    return {"body": "yes"}


bind("py::user", "GET", "/users/:id", user)
bind("py::events", "GET", "/events", events)
bind("py::rows", "POST", "/rows", rows)
bind("py::ready", "GET", "/ready", ready)
print("ready", flush=True)
sys.stdin.read()
