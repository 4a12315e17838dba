"""`python -m tui.demo`: the demo gateway by itself."""

import argparse

from tui.demo.app import SCENARIOS, DemoGateway
from tui.demo.serve import serve


def main() -> None:
    """Serve an account until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tui.demo", description="A simulated Sub2API gateway.")
    parser.add_argument("--listen", default="127.0.0.1:0", metavar="HOST:PORT", help="loopback only; port 0 is any")
    parser.add_argument("--seed", type=int, default=1, help="another number, another account")
    parser.add_argument("--scenario", choices=SCENARIOS, default="runaway", help="what goes wrong")
    parser.add_argument("--zone", default="Asia/Shanghai", help="the server's time zone")
    asked = parser.parse_args()
    host, _, port = asked.listen.rpartition(":")
    serve(host.strip("[]"), int(port), DemoGateway(seed=asked.seed, scenario=asked.scenario, zone=asked.zone))


if __name__ == "__main__":
    main()
