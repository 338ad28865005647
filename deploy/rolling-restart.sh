#!/bin/sh
# Replace the containers of worker and web one after the other, without a moment in which nobody serves.
#   make rolling-restart                     docs/operators/upgrading.md says what people see of it
#   deploy/rolling-restart.sh --check        only whether it could begin; make up, scale, restore and upgrade ask before
# For each: a new one is started from the present image and settings, and has to be healthy; only then the old one is
# asked to end. It takes nobody in any more, sends its sockets to the others, ends what it is at, and is removed. One that
# does not get healthy is removed again, and the old ones serve on.
set -eu

COMPOSE=${COMPOSE:-docker compose}
PATIENCE=${PATIENCE:-180} # seconds until a new container has to be healthy
LOCK=${LOCK:-.rolling-restart} # a folder with the number of the process that is at it
new=""

say() { echo "$*" >&2; }

containers() { $COMPOSE ps --quiet "$1"; }

# Two at once would take each other's new containers for their own.
take_turn() {
	if ! mkdir "$LOCK" 2>/dev/null && kill -0 "$(cat "$LOCK/process" 2>/dev/null)" 2>/dev/null; then
		say "A rolling restart is at work here (process $(cat "$LOCK/process")). Nothing was done."
		exit 1
	fi # else it was left behind by one that was killed
	echo $$ >"$LOCK/process"
	trap finish EXIT
	trap 'exit 130' INT TERM HUP
}

finish() {
	rm -rf "$LOCK"
	remove_unfinished
}

remove_unfinished() {
	if [ -n "$new" ]; then
		docker rm --force "$new" >/dev/null
		say "The new container $new was removed again; the old ones serve on."
	fi
}

wait_until_healthy() { # service
	waited=0
	until [ "$(docker inspect --format '{{.State.Health.Status}}' "$new")" = healthy ]; do
		if [ "$waited" -ge "$PATIENCE" ]; then
			say "A new $1 was not healthy within $PATIENCE s. The last that it said:"
			docker logs --tail 15 "$new" >&2 || :
			exit 1
		fi
		sleep 1
		waited=$((waited + 1))
	done
}

one_more() { # service
	before=$(containers "$1")
	count=$(echo "$before" | wc -l)
	$COMPOSE up --detach --no-deps --no-build --no-recreate --scale "$1=$((count + 1))" "$1" >&2
	for each in $(containers "$1"); do
		case "$before" in *"$each"*) ;; *) new=$each ;; esac
	done
	if [ -z "$new" ]; then
		say "No new $1 was started."
		exit 1
	fi
}

replace_each() { # service
	$COMPOSE rm --force "$1" >/dev/null # one that has ended long ago would be started in place of a new one
	for old in $(containers "$1"); do
		one_more "$1"
		wait_until_healthy "$1"
		started=$new
		new=""
		docker stop "$old" >/dev/null # SIGTERM, and as much time as the compose file gives it
		docker rm "$old" >/dev/null
		say "$1: $(short "$old") is replaced by $(short "$started")."
	done
}

# The files of production are chosen by COMPOSE_FILE or PRODUCTION=1. Without them this would replace all web containers at
# once by one that does not know its proxy.
has_caddy() { $COMPOSE config --services | grep -qx caddy; }

refuse_what_is_half_named() {
	project=$($COMPOSE config | sed -n 's/^name: //p')
	if [ -n "$(docker ps --quiet --filter "label=com.docker.compose.project=$project" \
		--filter label=com.docker.compose.service=caddy)" ]; then
		say "Caddy runs here, but the compose files that were given do not know it. Nothing was done: add PRODUCTION=1."
		exit 1
	fi
}

short() { echo "$1" | cut -c 1-12; }

case "$PATIENCE" in
"" | *[!0-9]*)
	say "PATIENCE is a number of seconds, not '$PATIENCE'."
	exit 1
	;;
esac
has_caddy || refuse_what_is_half_named
take_turn
if [ "${1:-}" = --check ]; then exit 0; fi

replace_each worker # first: a new one knows the jobs that an old web makes, but not the other way round

# Two containers cannot have the same port of this machine; behind Caddy they need none.
if has_caddy; then
	replace_each web
else
	say "Without Caddy in front there is one web container, and a few seconds without it; browsers come back by themselves."
	$COMPOSE up --detach --no-deps --no-build --force-recreate --wait web >&2
fi
