# The life of one group on the local cluster, each command as you would type it.
set -eu
cd "$(dirname "$0")/.."
. ./.local/env

run() {
    printf '\n$ %s\n' "$*"
    "$@"
}

# What an interrupted demo left behind.
scaling-group get llm-inference -o json 2>/dev/null | grep -q '"deleted": null' &&
    scaling-group delete llm-inference --yes >/dev/null 2>&1 || true

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

cat <<'END'

The local cluster goes on running; its nodes and pods are simulated, all else is real. To go on:

  . .local/env                 use it from this shell
  scaling-group create --help  what a group can be
  scaling-group create --image=simulate/crash-loop:1 --name=broken --port=8080 --timeout=20s
  kubectl get deployments,services,httproutes
  make down                    stop it
END
