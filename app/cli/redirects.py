"""What an old site's web server needs, so that its addresses lead here."""

import re

NGINX = """\
# For the server that answers at {host}. Every address that named a question or an answer leads to it at its new place,
# everything else to the front page.
server {{
    server_name {host};
    location ~ ^/(?:questions|q|a)/(\\d+)/[^/]+/(\\d+)/?$ {{
        return 301 {base_url}/from/{source}/$2;
    }}
    location ~ ^/(?:questions|q|a)/(\\d+)(?:/|$) {{
        return 301 {base_url}/from/{source}/$1;
    }}
    location / {{
        return 301 {base_url}/;
    }}
}}"""
UNPLAIN = re.compile(r"[^A-Za-z0-9._~-]")


def nginx_rules(host: str, source: str, base_url: str) -> str:
    """A server block; two rules serve any number of threads, as numbers stay what they were."""
    encoded = UNPLAIN.sub(lambda sign: "".join(f"%{byte:02X}" for byte in sign[0].encode()), source)
    return NGINX.format(host=host, source=encoded, base_url=base_url)
