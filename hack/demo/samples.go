/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/internal/declared"
	"github.com/mezzanotte/mezzanotte/internal/observe"
	"github.com/mezzanotte/mezzanotte/internal/opening"
	"github.com/mezzanotte/mezzanotte/test/stage"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

// night is one opening of the samples.
type night struct {
	set    declared.Set
	zone   *time.Location
	opens  time.Time
	words  string
	wanted []wanted
}

// wanted is the plan for one channel at the opening.
type wanted struct {
	channel    string
	base, peak int
	ramp       time.Time
}

// applySamples applies config/samples with every opening moved to the first
// whole minute that is far enough ahead.
func applySamples(ctx context.Context, s *stage.Stage, o options) (*night, error) {
	rendered, err := s.Kubectl(ctx, "kustomize", testenv.Path("config", "samples"))
	if err != nil {
		return nil, fmt.Errorf("render config/samples: %w", err)
	}
	objects, err := decode(rendered)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	n := &night{opens: now.Add(o.ahead).Truncate(time.Minute).Add(time.Minute)}
	platform, err := n.rewrite(objects)
	if err != nil {
		return nil, err
	}
	if err := shrink(objects, o.percent); err != nil {
		return nil, err
	}
	if o.own() {
		if objects, err = o.fit(objects, platform); err != nil {
			return nil, err
		}
	}
	for _, object := range objects {
		if err := s.Client.Apply(ctx, client.ApplyConfigurationFromUnstructured(object), client.FieldOwner("demo")); err != nil {
			return nil, fmt.Errorf("apply %s %s: %w", object.GetKind(), object.GetName(), err)
		}
	}
	set, found, err := observe.Set(ctx, s.Client, platform.GetNamespace(), platform.GetName())
	if err != nil || !found {
		return nil, fmt.Errorf("read the samples back: found %t: %w", found, err)
	}
	n.set = set
	n.plan(now)
	return n, nil
}

// rewrite moves the openings, and returns the platform.
func (n *night) rewrite(objects []*unstructured.Unstructured) (*unstructured.Unstructured, error) {
	platform := first(objects, "BookingPlatform")
	if platform == nil {
		return nil, errors.New("config/samples has no BookingPlatform")
	}
	name, _, err := unstructured.NestedString(platform.Object, "spec", "timeZone")
	if err != nil {
		return nil, fmt.Errorf("read the platform's zone: %w", err)
	}
	if n.zone, err = opening.Zone(name); err != nil {
		return nil, fmt.Errorf("read the platform's zone: %w", err)
	}
	n.words = opening.Words(n.opens, n.zone)
	if err := unstructured.SetNestedField(platform.Object, int64(readyBeforeMinutes), "spec", "launch", "readyBeforeMinutes"); err != nil {
		return nil, fmt.Errorf("set readyBeforeMinutes: %w", err)
	}
	local := n.opens.In(n.zone)
	civil := map[string]any{"date": local.Format(time.DateOnly), "time": local.Format("15:04")}
	for _, object := range objects {
		if object.GetKind() != "Campaign" {
			continue
		}
		if err := unstructured.SetNestedMap(object.Object, civil, "spec", "opening"); err != nil {
			return nil, fmt.Errorf("set the opening of %s: %w", object.GetName(), err)
		}
		unstructured.RemoveNestedField(object.Object, "spec", "closing") // of another night
	}
	return platform, nil
}

// plan asks the planner, as the operator will, what each channel needs by the opening.
func (n *night) plan(now time.Time) {
	p := n.set.Plan(now, 1)
	for _, channel := range p.Channels {
		w := wanted{channel: channel.Name, base: channel.Floor.Replicas}
		for _, launch := range channel.Launches {
			if launch.Peak > w.peak {
				w.peak, w.ramp = launch.Peak, launch.RampStarts
			}
		}
		n.wanted = append(n.wanted, w)
	}
}

func first(objects []*unstructured.Unstructured, kind string) *unstructured.Unstructured {
	for _, object := range objects {
		if object.GetKind() == kind {
			return object
		}
	}
	return nil
}

func decode(document []byte) ([]*unstructured.Unstructured, error) {
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(document), 4096)
	var objects []*unstructured.Unstructured
	for {
		object := &unstructured.Unstructured{}
		switch err := decoder.Decode(object); {
		case errors.Is(err, io.EOF):
			return objects, nil
		case err != nil:
			return nil, fmt.Errorf("decode config/samples: %w", err)
		case len(object.Object) > 0:
			objects = append(objects, object)
		}
	}
}
