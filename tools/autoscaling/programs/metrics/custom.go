package main

import (
	"context"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/metrics/pkg/apis/custom_metrics"
	"k8s.io/metrics/pkg/apis/external_metrics"
	"sigs.k8s.io/custom-metrics-apiserver/pkg/cmd"
	"sigs.k8s.io/custom-metrics-apiserver/pkg/provider"
)

const listSeconds = 10 * time.Second

// The label of a line that names whose pods share its value.
const deploymentLabel = "deployment"

var pods = schema.GroupResource{Resource: "pods"}

// simulated answers what the ConfigMap of a namespace says, at each request anew.
type simulated struct {
	client kubernetes.Interface
}

func serveCustom(ctx context.Context, arguments []string) error {
	adapter := &cmd.AdapterBase{Name: "custom-metrics"}
	if err := adapter.Flags().Parse(arguments); err != nil {
		return err
	}
	config, err := adapter.ClientConfig()
	if err != nil {
		return err
	}
	// Every autoscaler asks once a second.
	config.QPS, config.Burst = 200, 400
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	adapter.WithCustomMetrics(&simulated{client})
	adapter.WithExternalMetrics(&simulated{client})
	return adapter.Run(ctx)
}

func (s *simulated) GetMetricByName(
	ctx context.Context, name types.NamespacedName, info provider.CustomMetricInfo, metricSelector labels.Selector,
) (*custom_metrics.MetricValue, error) {
	values, err := s.values(ctx, name.Namespace, labels.Everything(), info, metricSelector)
	if err != nil {
		return nil, err
	}
	for _, value := range values {
		if value.DescribedObject.Name == name.Name {
			return &value, nil
		}
	}
	return nil, provider.NewMetricNotFoundForError(info.GroupResource, info.Metric, name.Name)
}

func (s *simulated) GetMetricBySelector(
	ctx context.Context, namespace string, selector labels.Selector, info provider.CustomMetricInfo,
	metricSelector labels.Selector,
) (*custom_metrics.MetricValueList, error) {
	values, err := s.values(ctx, namespace, selector, info, metricSelector)
	if err != nil {
		return nil, err
	}
	if len(values) == 0 {
		return nil, provider.NewMetricNotFoundError(info.GroupResource, info.Metric)
	}
	return &custom_metrics.MetricValueList{Items: values}, nil
}

// values returns a metric of each pod that is ready: those of a line's Deployment share its value.
func (s *simulated) values(
	ctx context.Context, namespace string, selector labels.Selector, info provider.CustomMetricInfo,
	metricSelector labels.Selector,
) ([]custom_metrics.MetricValue, error) {
	if info.GroupResource != pods {
		return nil, nil
	}
	samples, err := load(ctx, s.client, namespace, podsKey)
	if err != nil {
		return nil, err
	}
	var values []custom_metrics.MetricValue
	for _, one := range samples {
		if one.metric != info.Metric || !metricSelector.Matches(one.labels) {
			continue
		}
		sharing, err := s.ready(ctx, namespace, one.labels[deploymentLabel])
		if err != nil {
			return nil, err
		}
		for _, pod := range sharing {
			if selector.Matches(labels.Set(pod.Labels)) {
				values = append(values, valueOf(pod, info.Metric, one.value/float64(len(sharing))))
			}
		}
	}
	return values, nil
}

// ready returns the ready pods of a Deployment; of all where it has no name.
func (s *simulated) ready(ctx context.Context, namespace, deployment string) ([]corev1.Pod, error) {
	found, err := s.client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	var ready []corev1.Pod
	for _, pod := range found.Items {
		if (deployment == "" || deployment == deploymentOf(pod)) && isReady(pod) {
			ready = append(ready, pod)
		}
	}
	return ready, nil
}

func isReady(pod corev1.Pod) bool {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			return condition.Status == corev1.ConditionTrue && pod.DeletionTimestamp == nil
		}
	}
	return false
}

// deploymentOf reads it from the name of the pod's ReplicaSet.
func deploymentOf(pod corev1.Pod) string {
	owner := metav1.GetControllerOf(&pod)
	if owner == nil {
		return ""
	}
	return strings.TrimSuffix(owner.Name, "-"+pod.Labels[appsv1.DefaultDeploymentUniqueLabelKey])
}

func valueOf(pod corev1.Pod, metric string, value float64) custom_metrics.MetricValue {
	return custom_metrics.MetricValue{
		DescribedObject: custom_metrics.ObjectReference{
			APIVersion: "v1", Kind: "Pod", Name: pod.Name, Namespace: pod.Namespace,
		},
		Metric:    custom_metrics.MetricIdentifier{Name: metric},
		Timestamp: metav1.Now(),
		Value:     *quantity(value),
	}
}

func (s *simulated) ListAllMetrics() []provider.CustomMetricInfo {
	var infos []provider.CustomMetricInfo
	for _, name := range s.names(podsKey) {
		infos = append(infos, provider.CustomMetricInfo{GroupResource: pods, Namespaced: true, Metric: name})
	}
	return infos
}

func (s *simulated) GetExternalMetric(
	ctx context.Context, namespace string, metricSelector labels.Selector, info provider.ExternalMetricInfo,
) (*external_metrics.ExternalMetricValueList, error) {
	samples, err := load(ctx, s.client, namespace, externalKey)
	if err != nil {
		return nil, err
	}
	list := &external_metrics.ExternalMetricValueList{}
	for _, one := range samples {
		if one.metric == info.Metric && metricSelector.Matches(one.labels) {
			list.Items = append(list.Items, external_metrics.ExternalMetricValue{
				MetricName: one.metric, MetricLabels: one.labels, Timestamp: metav1.Now(), Value: *quantity(one.value),
			})
		}
	}
	return list, nil
}

func (s *simulated) ListAllExternalMetrics() []provider.ExternalMetricInfo {
	var infos []provider.ExternalMetricInfo
	for _, name := range s.names(externalKey) {
		infos = append(infos, provider.ExternalMetricInfo{Metric: name})
	}
	return infos
}

// names returns none where the API server does not answer: the interface above knows no error.
func (s *simulated) names(key string) []string {
	ctx, cancel := context.WithTimeout(context.Background(), listSeconds)
	defer cancel()
	names, _ := everywhere(ctx, s.client, key)
	return names
}
