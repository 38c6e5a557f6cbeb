"""A real HTTP/2 server (nginx) in front of the model's stand-in: many calls at once over few connections."""

import shutil
import subprocess

import pytest

from service import CORPUS, free_port, wait_until

CONF = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    log_format calls '$connection $server_protocol $status';
    access_log {folder}/access.log calls;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
    scgi_temp_path {folder}/s;
    client_max_body_size 50m;
    server {{
        listen 127.0.0.1:{port} ssl{http2};
        ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
        location /status {{ stub_status; access_log off; }}
        location / {{ proxy_pass {upstream}; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_read_timeout 600s; }}
    }}
}}
"""


@pytest.fixture
def nginx(tmp_path, doubles):
    """Starts nginx in front of a double; returns the double, what tells the answered calls ([connection, protocol, status]) and the
    open connections, and the settings of a service that asks there."""
    assert shutil.which("nginx"), "nginx is missing: deploy/setup test"
    started = []

    def start(http2, *options):
        model = doubles("model.py", *options)
        port = free_port()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", tmp_path / "key.pem", "-out",
                        tmp_path / "cert.pem"], check=True, stderr=subprocess.DEVNULL)
        (tmp_path / "nginx.conf").write_text(CONF.format(folder=tmp_path, port=port, http2=" http2" if http2 else "",
                                                         upstream=model.url.removesuffix("/v1")))
        process = subprocess.Popen(["nginx", "-c", tmp_path / "nginx.conf", "-e", tmp_path / "error.log"])
        started.append(process)

        def calls():
            return [line.split() for line in (tmp_path / "access.log").read_text().splitlines()]

        def connections():
            told = subprocess.run(["curl", "-sk", f"https://localhost:{port}/status"], capture_output=True, text=True).stdout
            return int(told.split()[2]) - 1 if told.startswith("Active connections") else None
        wait_until("nginx", lambda: connections() is not None)
        return model, calls, connections, {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": f"https://localhost:{port}/v1",
                              "SSL_CERT_FILE": str(tmp_path / "cert.pem")}
    yield start
    for process in started:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("http2", [True, False])
def test_no_call_waits_for_the_answer_of_another(nginx, services, http2):
    """Nobody is answered before 40 calls are there; they share a connection if they can, and else have one each."""
    model, _, connections, env = nginx(http2, "--latency", "600")
    service = services(**env, SLIDEMILL_MODEL_PRESET="openai")
    assert service.upload("held", CORPUS / "lectures" / "survey-handout.pdf").status_code == 202
    wait_until("40 calls under way", lambda: model.get("stats")["most_at_once"] >= 40)
    assert connections() <= 4 if http2 else connections() >= 40


@pytest.mark.parametrize("http2, protocol", [(True, "HTTP/2.0"), (False, "HTTP/1.1")])
def test_a_lecture_is_explained_by_either_protocol(nginx, services, http2, protocol):
    model, calls, _, env = nginx(http2)
    service = services(**env, SLIDEMILL_MODEL_PRESET="openai")
    assert service.upload("lecture", CORPUS / "lectures" / "t-diagram-mixed-sizes.pdf").status_code == 202
    assert service.finish("lecture")["status"] == "completed"
    assert {(line[1], line[2]) for line in calls()} == {(protocol, "200")}
    assert not model.get("stats")["problems"]
