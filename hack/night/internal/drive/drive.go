/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package drive runs a night: it declares the night on a ground, lets the crowd come,
// causes the faults and records the results. It removes everything that it starts for a
// night.
package drive

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/internal/opening"

	"github.com/mezzanotte/mezzanotte/hack/night/internal/door"
	"github.com/mezzanotte/mezzanotte/hack/night/internal/ground"
	"github.com/mezzanotte/mezzanotte/hack/night/internal/night"
	"github.com/mezzanotte/mezzanotte/internal/crowd/tally"
)

// Stand runs nights.
type Stand struct {
	*ground.Ground
	Database *ground.Database
	Say      func(format string, args ...any)
}

// Night configures one night.
type Night struct {
	Name, Title string
	Scenario    night.Scenario
	// Prescaled: the forecast is declared. Without it the operator manages the same
	// autoscalers, and expects nobody.
	Prescaled bool
	// Brief nights are not judged by latencies: see night.Record.
	Brief bool
	// Ahead is the shortest time between its declaration and its opening.
	Ahead time.Duration
	Fault *Fault
}

// nightly is a night that runs.
type nightly struct {
	Stand
	scene
	what             Night
	announced, opens time.Time // they differ where it is postponed
	directory        string
	answers          map[string]string // where each channel answers
	watch            *watch
	doors            []*door.Door
	servers          []*server
	cookies          []string // of agents
	peaks            map[string]int32
	before           []corev1.Pod // that a fault must not touch

	mu     sync.Mutex
	events []night.Event
}

const (
	// tidy limits the time to count a night's bookings and to remove its objects.
	tidy = 2 * time.Minute
	// startWithin limits the time until channels have a Service and servers are ready.
	startWithin = 2 * time.Minute
	// crowdBefore is the time between the start of a crowd and its first arrival.
	crowdBefore = 15 * time.Second
)

// Run runs one night. After an error it returns the record until then.
func (s Stand) Run(ctx context.Context, what Night) (record night.Record, err error) {
	if err := s.alone(ctx); err != nil {
		return record, err
	}
	n := &nightly{Stand: s, what: what, scene: scene{namespace: "night-" + what.Name, Scenario: what.Scenario}}
	if n.zone, err = opening.Zone(what.Scenario.Zone); err != nil {
		return record, err
	}
	n.announced = time.Now().Add(what.Ahead + time.Minute - time.Nanosecond).Truncate(time.Minute)
	n.opens = n.announced
	if what.Fault != nil {
		n.opens = n.opens.Add(what.Fault.Postponed)
	}
	if n.directory, err = os.MkdirTemp(s.Directory, what.Name+"-"); err != nil {
		return record, fmt.Errorf("make the night's directory: %w", err)
	}
	ends := n.opens.Add(what.Scenario.Crowd.Lasts + drain + crowdOverdue)
	ctx, cancel := context.WithDeadline(ctx, ends.Add(3*tidy))
	defer cancel()
	defer func() { err = errors.Join(err, n.clear()) }()
	record, err = n.run(ctx, ends)
	return record, err
}

func (n *nightly) path(name string) string { return filepath.Join(n.directory, name) }

func (n *nightly) run(ctx context.Context, ends time.Time) (night.Record, error) {
	record := night.Record{
		Name: n.what.Name, Title: n.what.Title, Prescaled: n.what.Prescaled, Fault: n.what.Fault != nil, Brief: n.what.Brief,
		OpensAt: n.opens.UTC(), Scenario: n.Scenario,
	}
	if !n.Real {
		record.Simulated = []string{
			"the nodes and the pods on them, in which nothing runs",
			"bookings went to one process of this machine for each channel, however many pods there seemed to be, so that latencies say nothing of scaling",
		}
	}
	n.Say("%s: opening %s", n.what.Title, opening.Words(n.announced, n.zone))
	uri, err := n.declare(ctx)
	if err != nil {
		return record, err
	}
	n.peaks = n.scene.peaks(n.announced, time.Now())
	n.watch = &watch{client: n.Client, namespace: n.namespace, opens: n.opens}
	watching, stop := context.WithCancel(ctx)
	var background sync.WaitGroup
	defer background.Wait()
	defer stop()
	background.Go(func() { n.watch.run(watching) })
	background.Go(func() { n.tell(watching) })
	if err := n.findChannels(ctx, &background, watching); err != nil {
		return record, err
	}
	if err := n.signIn(ctx); err != nil {
		return record, err
	}
	ledgers, err := n.comeAndBreak(ctx, ends, &record)
	if err != nil {
		return record, err
	}
	n.Say("%s: counting the rows", n.what.Title)
	if record.Store, err = n.count(ctx, uri, ledgers); err != nil {
		return record, err
	}
	if n.what.Fault != nil && n.what.Fault.After != nil {
		record.Checks = append(record.Checks, n.what.Fault.After(ctx, n, &record)...)
	}
	stop()
	background.Wait()
	record.Samples, record.Launches, record.Events = n.watch.all(), n.watch.launched(n.Scenario, n.peaks), n.events
	return record, nil
}

// declare makes the night's database and all its objects, and returns the database's
// address on this machine.
func (n *nightly) declare(ctx context.Context) (uri string, err error) {
	name := strings.ReplaceAll(n.namespace, "-", "_")
	if err := n.Database.Create(ctx, name); err != nil {
		return "", fmt.Errorf("make the database: %w", err)
	}
	key := newKey()
	if err := errors.Join(os.Mkdir(n.path("keys"), 0o700), os.WriteFile(n.path("keys/"+keyName), []byte(key), 0o600),
		os.WriteFile(n.path("database"), []byte(n.Database.URI(name)+"\n"), 0o600)); err != nil {
		return "", fmt.Errorf("write what servers are given: %w", err)
	}
	agents, err := n.writeAgents()
	if err != nil {
		return "", err
	}
	objects := append(n.secrets(n.Database.URIForPods(name), key, agents), n.objects(n.announced, n.what.Prescaled)...)
	for _, o := range objects {
		if err := n.Client.Create(ctx, o); err != nil {
			return "", fmt.Errorf("create %T %s: %w", o, o.GetName(), err)
		}
	}
	return n.Database.URI(name), nil
}

// findChannels returns each channel's address: its Service or, with simulated nodes, a
// process that it starts.
func (n *nightly) findChannels(ctx context.Context, background *sync.WaitGroup, watching context.Context) error {
	n.answers = map[string]string{}
	if !n.Real {
		background.Go(func() { n.mirror(watching) })
		return n.serve(ctx)
	}
	for _, c := range n.Channels {
		var service corev1.Service
		err := until(ctx, startWithin, "Service of "+c.Name, func(ctx context.Context) error {
			return n.Client.Get(ctx, client.ObjectKey{Namespace: n.namespace, Name: c.Name}, &service)
		})
		if err != nil {
			return err
		}
		n.answers[c.Name] = "http://" + service.Spec.ClusterIP
	}
	return nil
}

// earlyBy returns the time before the opening at which the first people come. Some have
// not heard of a postponement: they come at the old instant.
func (n *nightly) earlyBy() time.Duration {
	return n.Crowd.EarlyBy + n.opens.Sub(n.announced)
}

// comeAndBreak lets the crowds come, knocks at the pods and causes the fault.
func (n *nightly) comeAndBreak(ctx context.Context, ends time.Time, record *night.Record) ([]string, error) {
	parties, err := n.parties(n.opens)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	attempt := func(do func() error) {
		all.Go(func() {
			if err := do(); err != nil {
				cancel(err) // one thing that fails ends all
			}
		})
	}
	attempt(func() error { return n.breakThings(ctx) })
	all.Go(func() {
		sleep(ctx, time.Until(n.opens.Add(-2*knockBefore)))
		houses := n.watch.houses()
		if !n.Real {
			houses = n.serving()
		}
		for i, h := range houses {
			if cookies := n.cookiesOf(h.channel); len(cookies) > 0 {
				houses[i].cookie = cookies[0]
			}
		}
		record.Doors = knock(ctx, n.opens, n.Bands[0].Name, houses)
	})
	var ledgers []string
	tallies := []**tally.Report{&record.Citizens, &record.Agents}
	for i, p := range parties {
		ledgers = append(ledgers, p.ledger)
		attempt(func() (err error) {
			sleep(ctx, time.Until(n.opens.Add(-n.earlyBy()-crowdBefore)))
			*tallies[i], err = p.come(ctx, n.Program("crowd"), ends)
			return err
		})
	}
	all.Wait()
	return ledgers, context.Cause(ctx)
}

// tell prints the state of the night whenever it changes.
func (n *nightly) tell(ctx context.Context) {
	said := ""
	for ctx.Err() == nil {
		sleep(ctx, 5*time.Second)
		s, seen := n.watch.last()
		var parts []string
		for _, c := range s.Channels {
			parts = append(parts, fmt.Sprintf("%s %d of %d Ready, peak %d", c.Channel, c.Ready, c.Desired, n.peaks[c.Channel]))
		}
		words := strings.Join(parts, "   ")
		if s.Silent {
			words = "the API server does not answer"
		}
		if seen && words != said && ctx.Err() == nil {
			n.Say("  opens %-18s %s", opening.Remaining(time.Until(n.opens)), words)
			said = words
		}
	}
}
