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

// Writer sets the conditions of one object, for one instant and one generation.
type Writer struct {
	Conditions *[]metav1.Condition
	Generation int64
	Now        time.Time
}

// Set sets one condition. Its transition time is Now only if its status changes.
func (w Writer) Set(kind string, v Verdict) {
	meta.SetStatusCondition(w.Conditions, metav1.Condition{
		Type:               kind,
		Status:             v.Status,
		ObservedGeneration: w.Generation,
		LastTransitionTime: metav1.NewTime(w.Now.Truncate(time.Second)),
		Reason:             v.Reason,
		Message:            Brief(v.Message),
	})
}

// Verdict is the value of one condition.
type Verdict struct {
	Status          metav1.ConditionStatus
	Reason, Message string
}

// True makes a verdict of status True.
func True(reason, message string) Verdict { return Verdict{metav1.ConditionTrue, reason, message} }

// False makes a verdict of status False.
func False(reason, message string) Verdict { return Verdict{metav1.ConditionFalse, reason, message} }

// Unknown makes a verdict of status Unknown.
func Unknown(reason, message string) Verdict {
	return Verdict{metav1.ConditionUnknown, reason, message}
}

// Brief cuts a text to the limit of a condition's message and an event's note.
func Brief(text string) string { return Cut(text, 1024) }

// Cut cuts a text to a number of bytes.
func Cut(text string, most int) string {
	const dots = "…"
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most-len(dots)], "") + dots
}

// Ready sets the three: all is well.
func (w Writer) Ready(reason, message string) {
	w.Set(v1alpha1.ConditionReady, True(reason, message))
	w.Set(v1alpha1.ConditionReconciling, False(reason, message))
	w.Set(v1alpha1.ConditionStalled, False(reason, message))
}

// Reconciling sets the three: something is missing or moving, and will be resolved
// without a person.
func (w Writer) Reconciling(reason, message string) {
	w.Set(v1alpha1.ConditionReady, False(reason, message))
	w.Set(v1alpha1.ConditionReconciling, True(reason, message))
	w.Set(v1alpha1.ConditionStalled, False(reason, message))
}

// Stalled sets the three: nothing will change until a person changes something.
func (w Writer) Stalled(reason, message string) {
	w.Set(v1alpha1.ConditionReady, False(reason, message))
	w.Set(v1alpha1.ConditionReconciling, False(reason, message))
	w.Set(v1alpha1.ConditionStalled, True(reason, message))
}

// Check returns the reason and the message of one case, or "" if it is not that one.
type Check[In any] func(In) (reason, message string)

// When returns the reason and the message if a case applies.
func When(applies bool, reason, message string) (string, string) {
	if !applies {
		return "", ""
	}
	return reason, message
}

// Row of a table that decides Ready, Reconciling and Stalled: what to set where the
// check applies, and which status Ready has then.
type Row[In any] struct {
	Check Check[In]
	Set   func(w Writer, reason, message string)
	Ready metav1.ConditionStatus
}

// Ready makes a row that sets Ready.
func Ready[In any](check Check[In]) Row[In] {
	return Row[In]{check, Writer.Ready, metav1.ConditionTrue}
}

// Reconciling makes a row that sets Reconciling.
func Reconciling[In any](check Check[In]) Row[In] {
	return Row[In]{check, Writer.Reconciling, metav1.ConditionFalse}
}

// Stalled makes a row that sets Stalled.
func Stalled[In any](check Check[In]) Row[In] {
	return Row[In]{check, Writer.Stalled, metav1.ConditionFalse}
}

// First returns the first row whose check applies. The last row's check always does.
func First[In any](table []Row[In], in In) (row Row[In], reason, message string) {
	for _, row = range table {
		if reason, message = row.Check(in); reason != "" {
			break
		}
	}
	return row, reason, message
}

// Summarize sets Ready, Reconciling and Stalled by the first row that applies.
func Summarize[In any](w Writer, table []Row[In], in In) {
	row, reason, message := First(table, in)
	row.Set(w, reason, message)
}

// PlatformNotFound returns the message for an object that names a platform that does not exist.
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
