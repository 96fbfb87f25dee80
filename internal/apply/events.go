/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package apply

import (
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"

	"github.com/mezzanotte/mezzanotte/internal/condition"
)

// Event reports what a controller has written. Type is corev1.EventTypeNormal or
// corev1.EventTypeWarning.
type Event struct{ Type, Reason, Action, Note string }

// Record records events about one object, in order. Without a recorder it records none.
func Record(recorder events.EventRecorder, object runtime.Object, all []Event) {
	if recorder == nil {
		return
	}
	for _, e := range all {
		recorder.Eventf(object, nil, e.Type, e.Reason, e.Action, "%s", condition.Brief(e.Note))
	}
}
