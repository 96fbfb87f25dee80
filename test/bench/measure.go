/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/test/stage"
)

// measure takes all figures at one size, on a cluster of its own.
func measure(ctx context.Context, programs stage.Programs, of size, s settings) (out figures, err error) {
	say("%s: starting a cluster", of)
	scene, err := setScene(ctx, programs, fmt.Sprint(of.Platforms))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, scene.end()) }()
	if err := of.declare(ctx, scene.Client, time.Now()); err != nil {
		return nil, err
	}
	out.add("objects declared", "", float64(of.objects()))
	for _, part := range []func(context.Context, size, settings, *figures) error{
		scene.first, scene.rest, scene.restart, scene.applies,
	} {
		if err := part(ctx, of, s, &out); err != nil {
			return out, err
		}
	}
	out.add("memory at most", "MB", scene.peak)
	return out, nil
}

// first starts the operator for the first time, with all work ahead of it.
func (s *scene) first(ctx context.Context, size size, _ settings, out *figures) error {
	say("declared; starting the operator")
	began := time.Now()
	if err := s.start(ctx); err != nil {
		return err
	}
	if err := s.answers(ctx); err != nil {
		return err
	}
	seen, err := s.until(ctx, reported)
	if err != nil {
		return err
	}
	took := time.Since(began).Seconds()
	say("everything has a status after %.0f s", took)
	out.add("first start: until everything has a status", "s", took)
	out.add("first start: reconciles", "/s", seen.reconciles()/took)
	if _, err := s.until(ctx, ready); err != nil {
		return err
	}
	say("everything is Ready after %.0f s", time.Since(began).Seconds())
	if seen, _, err = s.idle(ctx, float64(size.objects()), quiet); err != nil {
		return err
	}
	out.add("first start: until everything is Ready", "s", time.Since(began).Seconds())
	out.add("first start: reconciles of each object", "", seen.reconciles()/float64(size.objects()))
	out.add("first start: requests of each reconcile", "", seen.requests()/seen.reconciles())
	out.add("first start: of them reads", "%", 100*seen.reads()/seen.requests())
	out.add("first start: reconciles that failed", "%", 100*seen.failed()/seen.reconciles())
	out.add("first start: processor time", "s", seen.cpu())
	return nil
}

// rest watches while nothing changes.
func (s *scene) rest(ctx context.Context, _ size, settings settings, out *figures) error {
	from, err := s.auditEnd(ctx)
	if err != nil {
		return err
	}
	before, err := s.look(ctx)
	if err != nil {
		return err
	}
	say("nothing changes for %s", settings.rest)
	if err := s.wait(ctx, settings.rest); err != nil {
		return err
	}
	after, err := s.look(ctx)
	if err != nil {
		return err
	}
	written, err := s.written(ctx, from)
	if err != nil {
		return err
	}
	for _, r := range written[:min(len(written), 5)] {
		say("written: %s", r)
	}
	minutes := settings.rest.Minutes()
	out.add("at rest: writes but the Lease", "/min", float64(len(written))/minutes)
	out.add("at rest: reconciles", "/min", (after.reconciles()-before.reconciles())/minutes)
	out.add("at rest: processor time", "s/min", (after.cpu()-before.cpu())/minutes)
	out.add("at rest: memory", "MB", after.resident())
	return nil
}

// restart starts the operator again, so that it looks at everything anew and
// finds nothing to do.
func (s *scene) restart(ctx context.Context, size size, _ settings, out *figures) error {
	if err := s.operator.Stop(); err != nil {
		return err
	}
	from, err := s.auditEnd(ctx)
	if err != nil {
		return err
	}
	say("starting the operator again")
	began := time.Now()
	if err := s.start(ctx); err != nil {
		return err
	}
	if err := s.answers(ctx); err != nil {
		return err
	}
	out.add("restart: until metrics are served", "s", time.Since(began).Seconds())
	seen, at, err := s.idle(ctx, float64(size.objects()), quiet)
	if err != nil {
		return err
	}
	written, err := s.written(ctx, from)
	if err != nil {
		return err
	}
	for _, r := range written[:min(len(written), 5)] {
		say("written: %s", r)
	}
	out.add("restart: until everything was looked at", "s", at.Sub(began).Seconds())
	out.add("restart: reconciles", "/s", seen.reconciles()/at.Sub(began).Seconds())
	out.add("restart: processor time", "s", seen.cpu())
	out.add("restart: writes but the Lease", "", float64(len(written)))
	return nil
}

// applies creates campaigns one after another, each once the operator is at
// rest, and deletes them again.
func (s *scene) applies(ctx context.Context, size size, settings settings, out *figures) error {
	before, err := s.look(ctx)
	if err != nil {
		return err
	}
	say("applying %d campaigns, one after another", settings.changes)
	var waits []time.Duration
	for i := range settings.changes {
		platform := platformName(i % size.Platforms)
		day := time.Now().AddDate(0, 0, ahead+i%max(1, size.Campaigns/campaignsTogether))
		took, err := s.apply(ctx, size.campaign(fmt.Sprintf("new-%03d", i), platform, day))
		if err != nil {
			return err
		}
		waits = append(waits, took)
	}
	after, err := s.look(ctx)
	if err != nil {
		return err
	}
	slices.Sort(waits)
	changes := float64(2 * len(waits))
	out.add("a campaign's plan is in its status: half within", "ms", milliseconds(percentile(waits, 50)))
	out.add("a campaign's plan is in its status: 99 % within", "ms", milliseconds(percentile(waits, 99)))
	out.add("a campaign comes or goes: reconciles", "", (after.reconciles()-before.reconciles())/changes)
	out.add("a campaign comes or goes: requests", "", (after.requests()-before.requests())/changes)
	out.add("a campaign comes or goes: processor time", "ms", 1000*(after.cpu()-before.cpu())/changes)
	return nil
}

// apply creates a campaign, measures how long it takes until its status has a plan,
// and deletes it.
func (s *scene) apply(ctx context.Context, campaign *v1alpha1.Campaign) (took time.Duration, err error) {
	watcher, err := s.Client.Watch(ctx, &v1alpha1.CampaignList{}, client.InNamespace(campaign.Namespace),
		client.MatchingFields{"metadata.name": campaign.Name})
	if err != nil {
		return 0, fmt.Errorf("watch campaign %s: %w", campaign.Name, err)
	}
	defer watcher.Stop()
	began := time.Now()
	if err := s.Client.Create(ctx, campaign); err != nil {
		return 0, fmt.Errorf("create campaign %s: %w", campaign.Name, err)
	}
	if err := s.planned(ctx, watcher); err != nil {
		return 0, fmt.Errorf("wait for the plan of campaign %s: %w", campaign.Name, err)
	}
	took = time.Since(began)
	if _, _, err := s.idle(ctx, 0, time.Second); err != nil {
		return 0, err
	}
	if err := s.Client.Delete(ctx, campaign); err != nil {
		return 0, fmt.Errorf("delete campaign %s: %w", campaign.Name, err)
	}
	_, _, err = s.idle(ctx, 0, time.Second)
	return took, err
}

// longestWait limits the time until a plan is in a campaign's status.
const longestWait = 2 * time.Minute

// planned waits until the campaign that is watched tells its plan.
func (s *scene) planned(ctx context.Context, watcher watch.Interface) error {
	ctx, cancel := context.WithTimeout(ctx, longestWait)
	defer cancel()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-s.operator.Exited:
			return errors.New("the operator has ended by itself")
		case event, open := <-watcher.ResultChan():
			if !open {
				return errors.New("the watch has ended")
			}
			seen, ok := event.Object.(*v1alpha1.Campaign)
			if ok && len(seen.Spec.Forecast.ChannelShares) == len(seen.Status.Channels) && reported(seen.Status.Conditions) {
				return nil
			}
		}
	}
}

// percentile returns the smallest wait that the given percentage does not exceed.
func percentile(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)*percent+99)/100-1]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
