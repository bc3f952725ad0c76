# The life of one group on the local cluster, each command as you would type it.
set -eu
cd "$(dirname "$0")/.."
. ./.local/env

run() {
    printf '\n$ %s\n' "$*"
    "$@"
}

# What an interrupted demo left behind.
for name in llm-inference broken; do
    scaling-group get "$name" -o json 2>/dev/null | grep -q '"deleted": null' &&
        scaling-group delete "$name" --yes >/dev/null 2>&1 || true
done

run scaling-group create \
    --image=my-registry/llm-serving:v3 \
    --name=llm-inference \
    --port=8080 \
    --replicas=2 \
    --gpu=nvidia-l4:1 \
    --cpu=8 \
    --memory=32Gi \
    --tags=model=llama3,team=ml-platform \
    --entrypoint=python,-m,vllm.entrypoints.openai.api_server,--model,/models/llama3
run scaling-group list
run scaling-group get --name=llm-inference
run scaling-group delete --name=llm-inference --yes
run scaling-group list --include-deleted

printf '\nNow an image that nobody can pull. The command says why, and does not wait for ten minutes:\n'
run scaling-group create --image=simulate/image-pull-backoff:1 --name=broken --port=8080 ||
    printf '(exit code %s)\n' $?
run scaling-group list
printf '\nThe group is there, and an update mends it:\n'
run scaling-group update broken --image=my-registry/llm-serving:v3
run scaling-group delete --name=broken --yes

cat <<'END'

The local cluster goes on running; its nodes and pods are simulated, all else is real. To go on:

  . .local/env                 use it from this shell
  scaling-group create --help  what a group can be
  scaling-group create --image=simulate/crash-loop:1 --name=broken --port=8080
  kubectl get deployments,services,httproutes
  make down                    stop it
END
