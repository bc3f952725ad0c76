package main

import (
	"context"
	"fmt"
	"math"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/kubernetes"
)

// The ConfigMap of a namespace whose keys hold lines in the text format of Prometheus.
const configMap = "simulated-load"

const (
	podsKey     = "pods"
	externalKey = "external"
)

// A line: what is measured, of whom, and how much.
type sample struct {
	metric string
	labels labels.Set
	value  float64
}

// quantity reads as 0 what no quantity can be: NaN, and what is without end.
func quantity(value float64) *resource.Quantity {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		value = 0
	}
	return resource.NewMilliQuantity(int64(value*1000), resource.DecimalSI)
}

// load returns the lines below a key in one namespace.
func load(ctx context.Context, client kubernetes.Interface, namespace, key string) ([]sample, error) {
	found, err := client.CoreV1().ConfigMaps(namespace).Get(ctx, configMap, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return parse(found.Data[key])
}

// everywhere returns the names of the metrics below a key in all namespaces.
func everywhere(ctx context.Context, client kubernetes.Interface, key string) ([]string, error) {
	found, err := client.CoreV1().ConfigMaps("").List(ctx, metav1.ListOptions{
		FieldSelector: "metadata.name=" + configMap,
	})
	if err != nil {
		return nil, err
	}
	var names []string
	seen := map[string]bool{}
	for _, each := range found.Items {
		// What cannot be read in one namespace hides no metric of another.
		samples, _ := parse(each.Data[key])
		for _, one := range samples {
			if !seen[one.metric] {
				seen[one.metric] = true
				names = append(names, one.metric)
			}
		}
	}
	return names, nil
}

func parse(text string) ([]sample, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(strings.TrimSpace(text) + "\n"))
	if err != nil {
		return nil, fmt.Errorf("the ConfigMap %s cannot be read: %w", configMap, err)
	}
	var samples []sample
	for name, family := range families {
		for _, metric := range family.GetMetric() {
			samples = append(samples, sample{name, labelsOf(metric), metric.GetUntyped().GetValue()})
		}
	}
	return samples, nil
}

func labelsOf(metric *dto.Metric) labels.Set {
	set := labels.Set{}
	for _, pair := range metric.GetLabel() {
		set[pair.GetName()] = pair.GetValue()
	}
	return set
}
