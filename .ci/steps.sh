# Sourced by the scripts beside it: names each step and says how long it took.

step() {
	local name=$1 began=$SECONDS
	shift
	printf '==> %s\n' "$name"
	"$@" </dev/null
	printf '    %s: %d s\n' "$name" $((SECONDS - began))
}

# silent fails when the command prints anything, as listers of faults do that exit 0 all the same.
silent() {
	local out
	out=$("$@")
	if [ -n "$out" ]; then
		printf '%s\n' "$out"
		return 1
	fi
}
