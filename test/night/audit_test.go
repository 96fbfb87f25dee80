//go:build night

/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package night_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mezzanotte/mezzanotte/test/stage"
)

// request is one line of the API server's audit log.
type request struct {
	Verb string
	User struct{ Username string }
	At   time.Time `json:"requestReceivedTimestamp"`
	On   struct {
		Resource, Subresource, Namespace, Name string
	} `json:"objectRef"`
	Response struct{ Code int } `json:"responseStatus"`
}

func (r request) String() string {
	return fmt.Sprintf("%s %s %s %s/%s (%d)", clock(r.At), r.Verb, r.of(), r.On.Namespace, r.On.Name, r.Response.Code)
}

// of is what the request was about, without its name.
func (r request) of() string {
	if r.On.Subresource == "" {
		return r.On.Resource
	}
	return r.On.Resource + "/" + r.On.Subresource
}

// kind is a request without its object.
func (r request) kind() string { return r.Verb + " " + r.of() }

// writes says whether the request was to change anything.
func (r request) writes() bool {
	return slices.Contains([]string{"create", "update", "patch", "delete", "deletecollection"}, r.Verb)
}

// onLease says whether it was about a leader's lease.
func (r request) onLease() bool { return r.On.Resource == "leases" }

// byOperator says whether the operator made it.
func (r request) byOperator() bool { return r.User.Username == stage.OperatorUser }

// disturbs says whether somebody else changed something that the operator may have to
// answer to. Leases and events are nothing of that kind.
func (r request) disturbs() bool {
	return r.writes() && !r.byOperator() && r.On.Namespace == namespace && r.Response.Code < 300 &&
		!r.onLease() && r.On.Resource != "events"
}

// requests are the operator's since an instant.
func (s *scene) requests(since time.Time) []request {
	s.Helper()
	return slices.DeleteFunc(s.everybodys(since), func(r request) bool { return !r.byOperator() })
}

// everybodys requests since an instant, in their order.
func (s *scene) everybodys(since time.Time) []request {
	s.Helper()
	path, err := s.AuditLog(s.ctx)
	s.must("find the audit log", err)
	log, err := os.Open(path)
	s.must("open the audit log", err)
	defer func() { _ = log.Close() }()
	all, err := stage.ReadAudit[request](log)
	s.must("read the audit log", err)
	slices.SortStableFunc(all, func(a, b request) int { return a.At.Compare(b.At) }) // it is in the order of the answers
	return slices.DeleteFunc(all, func(r request) bool { return r.At.Before(since) })
}

// undisturbed are the operator's requests up to the first change by somebody else, for
// which only itself can be the reason; and all changes by others.
func undisturbed(all []request) (own, others []request) {
	for _, r := range all {
		switch {
		case r.disturbs():
			others = append(others, r)
		case r.byOperator() && len(others) == 0:
			own = append(own, r)
		}
	}
	return own, others
}

// counted says how many requests of each kind there were.
func counted(requests []request) string {
	counts := map[string]int{}
	for _, r := range requests {
		counts[r.kind()]++
	}
	if len(counts) == 0 {
		return "none"
	}
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d × %s", counts[kind], kind))
	}
	return strings.Join(parts, ", ")
}

func TestRequests(t *testing.T) {
	log := `{"verb":"patch","user":{"username":"` + stage.OperatorUser + `"},"objectRef":{"resource":"deployments","namespace":"` + namespace + `","name":"web"},"requestReceivedTimestamp":"2026-12-01T23:00:00.5Z","responseStatus":{"code":200}}
{"verb":"patch","user":{"username":"somebody"},"objectRef":{"resource":"pods","subresource":"status","namespace":"` + namespace + `"},"requestReceivedTimestamp":"2026-12-01T23:00:01Z","responseStatus":{"code":200}}
{"verb":"update","user":{"username":"` + stage.OperatorUser + `"},"objectRef":{"resource":"leases","namespace":"mezzanotte-system","name":"l"},"requestReceivedTimestamp":"2026-12-01T23:00:02Z","responseStatus":{"code":200}}
{"verb":"patch","user":{"username":"somebody"},"objectRef":{"resource":"pods","namespace":"` + namespace + `"},"requestReceivedTimestamp":"2026-12-01T23:00:03Z","responseStatus":{"code":409}}
{"verb":"create","user":{"usern`
	got, err := stage.ReadAudit[request](strings.NewReader(log))
	if err != nil || len(got) != 4 {
		t.Fatalf("got %v, %v", got, err)
	}
	if want := "23:00:00 patch deployments " + namespace + "/web (200)"; got[0].String() != want {
		t.Errorf("got %q, want %q", got[0], want)
	}
	for i, want := range []struct{ writes, onLease, byOperator, disturbs bool }{
		{writes: true, byOperator: true},
		{writes: true, disturbs: true},
		{writes: true, onLease: true, byOperator: true},
		{writes: true}, // refused
	} {
		r := got[i]
		if r.writes() != want.writes || r.onLease() != want.onLease || r.byOperator() != want.byOperator || r.disturbs() != want.disturbs {
			t.Errorf("%s: want %+v", r, want)
		}
	}
	if own, others := undisturbed(got); len(own) != 1 || own[0].On.Name != "web" || len(others) != 1 {
		t.Errorf("undisturbed %v, others %v: want what the operator did before somebody else did, and that", own, others)
	}
}
