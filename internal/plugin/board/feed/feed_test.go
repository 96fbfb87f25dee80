/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package feed

import (
	"context"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
	"github.com/mezzanotte/mezzanotte/internal/plugin/board"
	"github.com/mezzanotte/mezzanotte/test/build"
	"github.com/mezzanotte/mezzanotte/test/testenv"
)

var config *rest.Config

func TestMain(m *testing.M) { os.Exit(testenv.Run(m, &config)) }

// longest is how long a change may take to be seen: a kind whose watch has
// ended, or may not be watched, is listed every two seconds.
const longest = time.Minute

// viewer looks at a namespace of its own.
type viewer struct {
	*testing.T
	api       client.WithWatch
	namespace string
	feed      *Feed
}

func newViewer(t *testing.T, as *rest.Config) *viewer {
	t.Helper()
	v := &viewer{T: t, api: testenv.Client(t, config)}
	v.namespace = testenv.Namespace(t, v.api)
	v.feed = New(testenv.Client(t, as), v.namespace, fixed())
	return v
}

func fixed() *clocktesting.FakePassiveClock {
	return clocktesting.NewFakePassiveClock(time.Date(2026, 12, 1, 22, 31, 7, 0, time.UTC))
}

// run the feed until the test ends.
func (v *viewer) run() {
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { v.feed.Run(ctx) })
	v.Cleanup(func() { stop(); running.Wait() })
}

func (v *viewer) create(objects ...client.Object) {
	v.Helper()
	for _, o := range objects {
		o.SetNamespace(v.namespace)
		if err := v.api.Create(v.Context(), o); err != nil {
			v.Fatal(err)
		}
	}
}

// eventually the scene is as wanted.
func (v *viewer) eventually(what string, is func(board.Scene) bool) {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.Context(), longest)
	defer cancel()
	for !is(v.feed.Scene()) {
		select {
		case <-v.feed.Changed():
		case <-ctx.Done():
			v.Fatalf("within %s %s was not seen: %+v", longest, what, v.feed.Scene())
		}
	}
}

func TestFollows(t *testing.T) {
	v := newViewer(t, config)
	if !v.feed.Scene().Pending {
		t.Error("before anything is read, nothing is pending")
	}
	v.create(build.MakePlatform(build.Platform).Obj())
	v.run()
	v.eventually("the platform", func(s board.Scene) bool { return len(s.Platforms) == 1 && !s.Pending && len(s.Hidden) == 0 })
	campaign := build.MakeCampaign("over-80").Obj()
	v.create(campaign, build.MakeChannel("web").Obj())
	v.eventually("the campaign and the channel", func(s board.Scene) bool { return len(s.Campaigns) == 1 && len(s.Channels) == 1 })
	campaign.Spec.Pause.Reason = "x"
	if err := v.api.Update(t.Context(), campaign); err != nil {
		t.Fatal(err)
	}
	v.eventually("the pause", func(s board.Scene) bool { return s.Campaigns[0].Spec.Pause.Reason == "x" })
	ours := event("over-80.1", "over-80", v1alpha1.GroupVersion.String())
	others := event("web.1", "web", "apps/v1")
	ours.InvolvedObject.Namespace, others.InvolvedObject.Namespace = v.namespace, v.namespace
	v.create(others, ours)
	v.eventually("our event", func(s board.Scene) bool { return len(s.Events) == 1 && s.Events[0].Name == "over-80.1" })
	if err := v.api.Delete(t.Context(), campaign); err != nil {
		t.Fatal(err)
	}
	v.eventually("that it is deleted", func(s board.Scene) bool { return len(s.Campaigns) == 0 })
}

func event(name, about, version string) *corev1.Event {
	return &corev1.Event{
		ObjectMeta:     metav1.ObjectMeta{Name: name},
		InvolvedObject: corev1.ObjectReference{APIVersion: version, Kind: "Campaign", Name: about},
		Reason:         "Opened", Message: "x", Type: corev1.EventTypeNormal,
	}
}

// TestOtherNamespaces are seen only when all are asked for.
func TestOtherNamespaces(t *testing.T) {
	one, two := newViewer(t, config), newViewer(t, config)
	one.create(build.MakePlatform("one").Obj())
	two.create(build.MakePlatform("two").Obj())
	all := New(one.api, "", fixed())
	for _, f := range []*Feed{one.feed, all} {
		if err := f.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := one.feed.Scene().Places(); len(got) != 1 || got[0].Name != "one" {
		t.Errorf("one namespace shows %v", got)
	}
	if got := all.Scene().Places(); len(got) < 2 {
		t.Errorf("all namespaces show %v", got)
	}
}

// TestMissingRights: what may not be listed is named, and the rest is shown; a
// right that is given later is used without a restart.
func TestMissingRights(t *testing.T) {
	as := rest.CopyConfig(config)
	as.Impersonate.UserName = "viewer"
	v := newViewer(t, as)
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: "viewer"}, Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"bookingplatforms", "campaigns", "bookingchannels"}, Verbs: []string{"list"},
	}}}
	v.create(role, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "viewer"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "viewer"},
		Subjects:   []rbacv1.Subject{{Kind: "User", Name: "viewer"}},
	}, build.MakePlatform(build.Platform).Obj(), build.MakeChannel("web").Obj())
	v.run()
	v.eventually("the channel, without autoscalers and events", func(s board.Scene) bool {
		return len(s.Channels) == 1 && s.Away.IsZero() &&
			s.Hidden[board.Autoscalers] == "not visible: no right to list horizontalpodautoscalers in namespace "+v.namespace &&
			strings.HasPrefix(s.Hidden[board.Events], "not visible: no right to list events")
	})
	// It may list channels, and not watch them: they are listed again and again.
	v.create(build.MakeChannel("app").Obj())
	v.eventually("another channel", func(s board.Scene) bool { return len(s.Channels) == 2 })
	role.Rules = append(role.Rules, rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"events"}, Verbs: []string{"list", "watch"}})
	if err := v.api.Update(t.Context(), role); err != nil {
		t.Fatal(err)
	}
	v.eventually("the events", func(s board.Scene) bool { return s.Hidden[board.Events] == "" })
}

// TestAnAPIServerThatIsAway: the last picture stays, with since when; and it
// goes on by itself.
func TestAnAPIServerThatIsAway(t *testing.T) {
	line := &cable{}
	over := rest.CopyConfig(config)
	over.Dial = line.dial
	v := newViewer(t, over)
	v.create(build.MakePlatform(build.Platform).Obj(), build.MakeCampaign("over-80").Obj())
	v.run()
	v.eventually("the campaign", func(s board.Scene) bool { return len(s.Campaigns) == 1 && s.Away.IsZero() })
	line.cut(true)
	v.eventually("that it is away", func(s board.Scene) bool { return !s.Away.IsZero() })
	s := v.feed.Scene()
	if len(s.Campaigns) != 1 || len(s.Hidden) > 0 || s.Why != "connection refused" {
		t.Errorf("%d campaigns, hidden %v, because of %q; want the last picture, all of it, connection refused", len(s.Campaigns), s.Hidden, s.Why)
	}
	v.create(build.MakeCampaign("over-70").Obj())
	line.cut(false)
	v.eventually("what has happened meanwhile", func(s board.Scene) bool { return len(s.Campaigns) == 2 && s.Away.IsZero() })
}

func TestOnceWithoutAnAPIServer(t *testing.T) {
	line := &cable{}
	line.cut(true)
	over := rest.CopyConfig(config)
	over.Dial = line.dial
	v := newViewer(t, over)
	if err := v.feed.Once(t.Context()); err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("got %v, want connection refused", err)
	}
}

// cable is a network that can be cut.
type cable struct {
	mutex  sync.Mutex
	isCut  bool
	inUse  []net.Conn
	dialer net.Dialer
}

func (c *cable) dial(ctx context.Context, network, address string) (net.Conn, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.isCut {
		return nil, &net.OpError{Op: "dial", Net: network, Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	}
	conn, err := c.dialer.DialContext(ctx, network, address)
	if err == nil {
		c.inUse = append(c.inUse, conn)
	}
	return conn, err
}

func (c *cable) cut(is bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.isCut = is
	for _, conn := range c.inUse {
		_ = conn.Close() // it is to be gone
	}
	c.inUse = nil
}
