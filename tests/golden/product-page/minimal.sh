scaling-group create \
    --image=my-registry/my-inference-server:v1 \
    --name=inference \
    --port=8080
