#!/bin/sh
# Have Caddy and Prometheus read their files again, where they run: what a newer version says there, or the operator.
#   make up, restore, rolling-restart and upgrade do it at their end
# Files that cannot be used are told of, and both go on with those that they have.
set -eu

COMPOSE=${COMPOSE:-docker compose}

# Whether its profile was named or not.
with_prometheus() { $COMPOSE --profile observability "$@"; }

if $COMPOSE config --services | grep -qx caddy; then
	$COMPOSE exec -T caddy caddy reload --config /etc/caddy/Caddyfile
fi

if [ -n "$(with_prometheus ps --quiet --status running prometheus)" ]; then
	# By the hand of its own container: Docker takes a signal of its own for a wish to stop, and would not start it again.
	with_prometheus exec -T prometheus sh -c \
		'said=$(promtool check config /etc/prometheus/prometheus.yml 2>&1) || { echo "$said"; exit 1; }; kill -HUP 1'
	echo "Prometheus reads its rules again."
fi
