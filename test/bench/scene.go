/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/stage"
)

const (
	// lookEvery is the interval between two reads of the metrics.
	lookEvery = 250 * time.Millisecond
	// quiet is for how long nothing may happen for the operator to count as at rest.
	quiet = 5 * time.Second
)

// scene is a cluster with the operator on it.
type scene struct {
	*stage.Stage
	*scraper
	operator *stage.Manager
	// peak is the most memory that the operator was seen to have, in MB.
	peak float64
}

// setScene starts a cluster without the operator. The caller must call end.
func setScene(ctx context.Context, programs stage.Programs, name string) (s *scene, err error) {
	s = &scene{}
	if s.Stage, err = programs.Up(ctx, fmt.Sprintf("bench-%d-%s", os.Getpid(), name), os.Stderr); err != nil {
		return nil, err
	}
	if err = s.Install(ctx); err == nil {
		s.scraper, err = newScraper(ctx, s.Client)
	}
	if err != nil {
		return nil, errors.Join(err, s.Down())
	}
	return s, nil
}

func (s *scene) start(ctx context.Context) (err error) {
	s.operator, err = s.StartManager(ctx, "--metrics-bind-address", s.address)
	return err
}

func (s *scene) end() error {
	var stopErr error
	if s.operator != nil {
		stopErr = s.operator.Stop()
	}
	return errors.Join(stopErr, s.Down())
}

// look is the operator's metrics now.
func (s *scene) look(ctx context.Context) (sample, error) {
	seen, err := s.scrape(ctx)
	if err == nil {
		s.peak = max(s.peak, seen.resident())
	}
	return seen, err
}

// wait waits a moment, unless the operator or the time has ended.
func (s *scene) wait(ctx context.Context, moment time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-s.operator.Exited:
		return fmt.Errorf("the operator has ended by itself; its last words:\n%s", s.operator.LastWords(10))
	case <-time.After(moment):
		return nil
	}
}

// answers waits until the operator serves its metrics.
func (s *scene) answers(ctx context.Context) error {
	for {
		if _, err := s.look(ctx); err == nil {
			return nil
		}
		if err := s.wait(ctx, lookEvery/5); err != nil {
			return err
		}
	}
}

// idle waits for the least number of reconciles, then until there are none for a
// while. It returns the time of the last one, and the metrics of that time.
func (s *scene) idle(ctx context.Context, least float64, quiet time.Duration) (last sample, at time.Time, err error) {
	for {
		seen, err := s.look(ctx)
		if err != nil {
			return nil, at, err
		}
		now := time.Now()
		switch {
		case last == nil || seen.reconciles() != last.reconciles() || seen.waiting() > 0 || seen.reconciles() < least:
			last, at = seen, now
		case now.Sub(at) >= quiet:
			return last, at, nil
		}
		if err := s.wait(ctx, lookEvery); err != nil {
			return nil, at, err
		}
	}
}

// until waits until a condition holds for everything that was declared. It
// looks seldom enough to cost a fifth of one processor at most.
func (s *scene) until(ctx context.Context, so func([]metav1.Condition) bool) (sample, error) {
	kinds := []client.ObjectList{
		&v1alpha1.BookingPlatformList{}, &v1alpha1.VaccinationHubList{}, &v1alpha1.BookingChannelList{}, &v1alpha1.CampaignList{},
	}
	for {
		began := time.Now()
		for len(kinds) > 0 {
			missing, err := s.missing(ctx, kinds[0], so)
			if err != nil {
				return nil, err
			}
			if missing {
				break
			}
			kinds = kinds[1:]
		}
		seen, err := s.look(ctx)
		if err != nil || len(kinds) == 0 {
			return seen, err
		}
		if err := s.wait(ctx, max(lookEvery, 4*time.Since(began))); err != nil {
			return nil, err
		}
	}
}

func (s *scene) missing(ctx context.Context, kind client.ObjectList, so func([]metav1.Condition) bool) (bool, error) {
	if err := s.Client.List(ctx, kind); err != nil {
		return false, err
	}
	items, err := meta.ExtractList(kind)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(items, func(item runtime.Object) bool { return !so(conditions(item)) }), nil
}

func conditions(object runtime.Object) []metav1.Condition {
	switch o := object.(type) {
	case *v1alpha1.BookingPlatform:
		return o.Status.Conditions
	case *v1alpha1.VaccinationHub:
		return o.Status.Conditions
	case *v1alpha1.BookingChannel:
		return o.Status.Conditions
	case *v1alpha1.Campaign:
		return o.Status.Conditions
	}
	return nil
}

// reported: somebody has looked at the object.
func reported(all []metav1.Condition) bool { return len(all) > 0 }

func ready(all []metav1.Condition) bool {
	return meta.IsStatusConditionTrue(all, v1alpha1.ConditionReady)
}
