import * as pulumi from "@pulumi/pulumi";
import { ScalingGroup, types } from "@pulumi/scaling-group";

const config = new pulumi.Config();

const group = new ScalingGroup("llm-inference", {
    image: "my-registry/llm-serving:v3",
    port: 8080,
    replicas: config.getNumber("replicas") ?? 2,
    gpu: { type: "nvidia-l4", count: 1 }, // or "nvidia-l4:1"
    cpu: "8",
    memory: "32Gi",
    tags: { model: "llama3", team: "ml-platform" },
    entrypoint: ["python", "-m", "vllm.entrypoints.openai.api_server", "--model", "/models/llama3"],
    environment: config.requireObject<types.input.EnvironmentArgsArgs>("environment"),
});

export const url = group.url;
export const address = group.address;
