/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package catalog

import (
	"math/rand/v2"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

func TestMatches(t *testing.T) {
	rome := map[string]string{"province": "rm", "drive-in": ""}
	requires := func(key string, operator Operator, values ...string) Selector {
		return Selector{MatchExpressions: []Requirement{{Key: key, Operator: operator, Values: values}}}
	}
	for name, tc := range map[string]struct {
		selector Selector
		labels   map[string]string
		want     bool
	}{
		"every hub":                     {Selector{}, rome, true},
		"every hub, without labels":     {Selector{}, nil, true},
		"a label":                       {Selector{MatchLabels: map[string]string{"province": "rm"}}, rome, true},
		"another value":                 {Selector{MatchLabels: map[string]string{"province": "lt"}}, rome, false},
		"an absent label":               {Selector{MatchLabels: map[string]string{"asl": ""}}, rome, false},
		"an empty label":                {Selector{MatchLabels: map[string]string{"drive-in": ""}}, rome, true},
		"in":                            {requires("province", In, "lt", "rm"), rome, true},
		"in none":                       {requires("province", In, "lt"), rome, false},
		"in, absent":                    {requires("asl", In, ""), rome, false},
		"not in":                        {requires("province", NotIn, "lt"), rome, true},
		"not in, but it is":             {requires("province", NotIn, "rm"), rome, false},
		"not in, absent":                {requires("asl", NotIn, "rm"), rome, true},
		"exists":                        {requires("drive-in", Exists), rome, true},
		"exists, absent":                {requires("asl", Exists), rome, false},
		"does not exist":                {requires("asl", DoesNotExist), rome, true},
		"does not exist, but it does":   {requires("drive-in", DoesNotExist), rome, false},
		"an operator that nobody knows": {requires("province", "Like", "rm"), rome, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.selector.Matches(tc.labels); got != tc.want {
				t.Errorf("matches: %t, want %t", got, tc.want)
			}
		})
	}
}

// For any selector and labels the answer is Kubernetes's own.
func TestMatchesAsKubernetesDoes(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	keys, values := []string{"province", "asl", "drive-in"}, []string{"", "rm", "lt"}
	pick := func(from []string) string { return from[random.IntN(len(from))] }
	for range 20000 {
		s := Selector{MatchLabels: map[string]string{}}
		for range random.IntN(2) {
			s.MatchLabels[pick(keys)] = pick(values)
		}
		for range random.IntN(3) {
			r := Requirement{Key: pick(keys), Operator: []Operator{In, NotIn, Exists, DoesNotExist}[random.IntN(4)]}
			if r.Operator == In || r.Operator == NotIn {
				r.Values = []string{pick(values), pick(values)}
			}
			s.MatchExpressions = append(s.MatchExpressions, r)
		}
		set := map[string]string{}
		for range random.IntN(4) {
			set[pick(keys)] = pick(values)
		}
		if got, want := s.Matches(set), theirs(t, s).Matches(labels.Set(set)); got != want {
			t.Fatalf("%+v on %v: %t, but Kubernetes says %t", s, set, got, want)
		}
	}
}

func theirs(t *testing.T, s Selector) labels.Selector {
	t.Helper()
	selector := &metav1.LabelSelector{MatchLabels: s.MatchLabels}
	for _, r := range s.MatchExpressions {
		selector.MatchExpressions = append(selector.MatchExpressions, metav1.LabelSelectorRequirement{
			Key: r.Key, Operator: metav1.LabelSelectorOperator(r.Operator), Values: r.Values,
		})
	}
	parsed, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}
