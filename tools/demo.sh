# The life of one group on the local cluster, each command as you would type it.
set -eu
cd "$(dirname "$0")/.."
. ./.local/env

run() {
    printf '\n$ %s\n' "$*"
    "$@"
}

# How many requests wait for the group chat.
load() {
    printf '# %s requests are waiting\n' "$1"
    kubectl create configmap simulated-load --dry-run=client -o yaml \
        --from-literal=pods="vllm:num_requests_waiting{deployment=\"chat\"} $1" |
        kubectl apply --server-side -f - >/dev/null
}

# Wait until the group chat has so many replicas, and let people read.
reached() {
    kubectl wait deployment/chat --for=jsonpath="{.status.replicas}=$1" --timeout=60s >/dev/null
    sleep 2
}

# What an interrupted demo left behind.
kubectl delete configmap simulated-load --ignore-not-found >/dev/null
for name in llm-inference chat broken; do
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

printf '\nA group that follows its load. Its file:\n\n'
cat >.local/chat.yaml <<'END'
name: chat
image: my-registry/llm-serving:v3
port: 8080
gpu: nvidia-l4
memory: 32Gi
autoscale:
  max: 4
  pods: {"vllm:num_requests_waiting": 5}
  scale_down: {window: 0s}  # 10 minutes otherwise, so that a short lull costs no start
END
cat .local/chat.yaml
echo
load 2
run scaling-group apply -f .local/chat.yaml
printf '\n$ scaling-group get chat --watch\n'
scaling-group get chat --watch 2>/dev/null &
watch=$!
reached 1
load 20
reached 4
load 2
reached 1
kill $watch
wait $watch || true
run scaling-group get chat
run scaling-group delete --name=chat --yes

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
