"""What autoscaling is tried with on the local cluster: servers of metrics, and the kinds of KEDA."""
