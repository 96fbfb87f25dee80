//go:build night

/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package night_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/internal/opening"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/stage"
)

const (
	// longest bounds a test, so that it tidies up before go test's own limit: one runs
	// by itself before the others.
	longest = 20 * time.Minute
	// patience bounds waits for a control plane to do what it was told: on a busy
	// machine it takes its time, which is no fault of ours.
	patience = 10 * time.Minute
	// lookEvery is how often a wait looks.
	lookEvery = 500 * time.Millisecond
	namespace = build.Namespace
)

// scene is a stage with the operator on it, for one test.
type scene struct {
	*testing.T
	ctx context.Context
	*stage.Stage
	operator *kubelet
}

// setScene starts a cluster and the operator. All is gone when the test ends,
// also after a Ctrl-C.
func setScene(t *testing.T, name string) *scene {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	t.Cleanup(cancel)
	forget := context.AfterFunc(interrupted, cancel)
	t.Cleanup(func() { forget() })
	s := &scene{T: t, ctx: ctx}
	began := time.Now()
	s.Stage = startCluster(ctx, t, name)
	t.Cleanup(func() {
		if err := s.Down(); err != nil {
			t.Errorf("end the cluster: %v", err)
		}
	})
	s.must("install the operator", s.Install(ctx))
	s.must("create the namespace", s.Client.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}))
	s.operator = &kubelet{scene: s}
	t.Cleanup(s.operator.kill)
	s.operator.start()
	s.say("a cluster runs with the operator on it, after %s", time.Since(began).Round(time.Second))
	return s
}

// headStart is what the short tests give the long ones, whose clusters start first.
const headStart = 3 * time.Second

// starting lets one cluster start at a time: on few processors, several at once
// only take longer each.
var starting sync.Mutex

func startCluster(ctx context.Context, t *testing.T, name string) *stage.Stage {
	t.Helper()
	starting.Lock()
	defer starting.Unlock()
	st, err := programs.Up(ctx, fmt.Sprintf("night-%d-%s", os.Getpid(), name), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// say logs what happens, in plain words.
func (s *scene) say(format string, args ...any) {
	s.Helper()
	s.Logf("%s  %s", clock(time.Now()), fmt.Sprintf(format, args...))
}

func clock(t time.Time) string { return t.UTC().Format("15:04:05") }

func (s *scene) must(what string, err error) {
	s.Helper()
	if err != nil {
		s.Fatalf("%s: %v", what, err)
	}
}

func (s *scene) create(objects ...client.Object) {
	s.Helper()
	for _, o := range objects {
		s.must(fmt.Sprintf("create %T %s", o, o.GetName()), s.Client.Create(s.ctx, o))
	}
}

func (s *scene) read(name string, o client.Object) error {
	return s.Client.Get(s.ctx, client.ObjectKey{Namespace: namespace, Name: name}, o)
}

// civil is the platform's date and time of the minute of an instant.
func (s *scene) civil(at time.Time) (date, clock string) {
	s.Helper()
	zone, err := opening.Zone("Europe/Rome")
	s.must("find the zone", err)
	return at.In(zone).Format(time.DateOnly), at.In(zone).Format("15:04")
}

// sleepUntil waits for an instant.
func (s *scene) sleepUntil(at time.Time) {
	s.Helper()
	select {
	case <-s.ctx.Done():
		s.Fatalf("ended while waiting for %s: %v", clock(at), context.Cause(s.ctx))
	case <-time.After(time.Until(at)):
	}
}

// eventually waits until missing says "", and fails with its last word otherwise.
// It returns how long that took.
func (s *scene) eventually(within time.Duration, what string, missing func() string) time.Duration {
	s.Helper()
	began := time.Now()
	for {
		last := missing()
		took := time.Since(began)
		if last == "" {
			return took
		}
		if took > within {
			s.Fatalf("%s: not within %s: %s\n\nthe operator's last words:\n%s", what, within, last, s.operator.lastWords())
		}
		select {
		case <-s.ctx.Done():
			s.Fatalf("%s: ended: %s: %v", what, last, context.Cause(s.ctx))
		case <-time.After(lookEvery):
		}
	}
}

// findings collects what is wrong, to be told at once.
type findings []string

func (f *findings) add(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

func (f findings) String() string { return strings.Join(f, "; ") }
