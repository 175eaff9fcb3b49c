#!/bin/sh
# A web app as small as can be: its version on /, "ok" on /health. From version 3 on it wants a database that nobody
# has configured: that is the bad deployment of the demo.
set -eu
# One stream for all lines: of two, a log driver may put them in another order.
exec 2>&1

echo "web $VERSION: starting"
if [ "$VERSION" -ge 3 ] && [ -z "${DATABASE_URL:-}" ]; then
  echo "config: reading the environment"
  echo "config: DATABASE_URL is not set"
  exit 1
fi

mkdir -p /srv/www
echo "web, version $VERSION" > /srv/www/index.html
echo ok > /srv/www/health
# For a smoke test: from version 3 on the database would have to answer, and in the demo none does.
[ "$VERSION" -ge 3 ] || echo ok > /srv/www/ready

# SIGTERM comes when the load balancer sends nothing new any more: end the server, leave what is being answered
# a second, and say that all is well. A shell that is process 1 ignores the signal unless it is trapped.
server=''
stop() {
  echo "web $VERSION: stopping"
  kill "$server" || true
  sleep 1
  exit 0
}
trap stop TERM INT

httpd -f -p 8080 -h /srv/www &
server=$!
echo "web $VERSION: listening on 8080"
wait "$server"
