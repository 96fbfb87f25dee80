/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package condition writes conditions at a given instant, and the three of
// kstatus (Ready, Reconciling, Stalled) so that they never contradict each other.
package condition

import (
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// Writer sets conditions of one object, as of one instant and one generation.
type Writer struct {
	Conditions *[]metav1.Condition
	Generation int64
	Now        time.Time
}

// Set sets one condition. Its transition time is Now only if its status changes.
func (w Writer) Set(kind string, status metav1.ConditionStatus, reason, message string) {
	meta.SetStatusCondition(w.Conditions, metav1.Condition{
		Type:               kind,
		Status:             status,
		ObservedGeneration: w.Generation,
		LastTransitionTime: metav1.NewTime(w.Now.Truncate(time.Second)),
		Reason:             reason,
		Message:            Brief(message),
	})
}

// Brief cuts a text to what a condition's message and an event's note may
// hold: 1024 bytes.
func Brief(text string) string {
	const longest, dots = 1024, "…"
	if len(text) <= longest {
		return text
	}
	return strings.ToValidUTF8(text[:longest-len(dots)], "") + dots
}

// True sets one condition to True.
func (w Writer) True(kind, reason, message string) {
	w.Set(kind, metav1.ConditionTrue, reason, message)
}

// False sets one condition to False.
func (w Writer) False(kind, reason, message string) {
	w.Set(kind, metav1.ConditionFalse, reason, message)
}

// Unknown sets one condition to Unknown.
func (w Writer) Unknown(kind, reason, message string) {
	w.Set(kind, metav1.ConditionUnknown, reason, message)
}

// Ready says that all is as it should be.
func (w Writer) Ready(reason, message string) {
	w.True(v1alpha1.ConditionReady, reason, message)
	w.False(v1alpha1.ConditionReconciling, reason, message)
	w.False(v1alpha1.ConditionStalled, reason, message)
}

// Reconciling says that something is missing or moving, and heals by itself.
func (w Writer) Reconciling(reason, message string) {
	w.False(v1alpha1.ConditionReady, reason, message)
	w.True(v1alpha1.ConditionReconciling, reason, message)
	w.False(v1alpha1.ConditionStalled, reason, message)
}

// Stalled says that nothing will change until a person changes something.
func (w Writer) Stalled(reason, message string) {
	w.False(v1alpha1.ConditionReady, reason, message)
	w.False(v1alpha1.ConditionReconciling, reason, message)
	w.True(v1alpha1.ConditionStalled, reason, message)
}

// Check is one row of a table that decides a condition. Applies returns the reason
// and the message, or "" if the row does not apply; Then is what the row sets.
type Check[In, Then any] struct {
	Then    Then
	Applies func(In) (reason, message string)
}

// Summary is a row for Ready, Reconciling and Stalled together: its Then is
// Writer.Ready, Writer.Reconciling or Writer.Stalled.
type Summary[In any] = Check[In, func(w Writer, reason, message string)]

// First returns the first row that applies. The last row of a table always does.
func First[In, Then any](table []Check[In, Then], in In) (then Then, reason, message string) {
	for _, row := range table {
		if reason, message = row.Applies(in); reason != "" {
			return row.Then, reason, message
		}
	}
	return then, reason, message
}

// Summarize sets Ready, Reconciling and Stalled by the first row that applies.
func Summarize[In any](w Writer, table []Summary[In], in In) {
	set, reason, message := First(table, in)
	set(w, reason, message)
}

// PlatformNotFound is the message where an object names a platform that does not exist.
func PlatformNotFound(platform, namespace string) string {
	return fmt.Sprintf("there is no BookingPlatform %[1]s: create BookingPlatform %[1]s in namespace %[2]s, or correct spec.platformRef.name",
		platform, namespace)
}

// In returns the condition of a type, or the zero condition.
func In(conditions []metav1.Condition, kind string) metav1.Condition {
	if found := meta.FindStatusCondition(conditions, kind); found != nil {
		return *found
	}
	return metav1.Condition{}
}
