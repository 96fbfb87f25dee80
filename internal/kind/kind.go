/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

// Package kind is the table of channel types: everything that follows from
// spec.type of a BookingChannel. A new type is a new row.
package kind

import (
	"fmt"
	"strings"

	"github.com/mezzanotte/mezzanotte/api/v1alpha1"
)

// Kind is one row of the table.
type Kind struct {
	Type v1alpha1.ChannelType
	// Server is what the booking server serves: its --channel-type.
	Server string
	// Component is the value of the label app.kubernetes.io/component.
	Component string
	// Agents is true if replicas follow the rostered agents of spec.callCentre, and
	// false if they follow the forecast requests per second.
	Agents bool
}

// All rows, in the order of the API's enum.
var All = []Kind{
	{Type: v1alpha1.ChannelWeb, Server: "web", Component: "web"},
	{Type: v1alpha1.ChannelApp, Server: "app", Component: "app"},
	{Type: v1alpha1.ChannelCallCentre, Server: "call-centre", Component: "call-centre", Agents: true},
}

// Find returns the row of a type. The error tells a person what to do about a type that
// an API server with newer definitions accepts.
func Find(t v1alpha1.ChannelType) (Kind, error) {
	var known []string
	for _, k := range All {
		if k.Type == t {
			return k, nil
		}
		known = append(known, string(k.Type))
	}
	return Kind{}, fmt.Errorf("spec.type: this operator does not know the channel type %q: upgrade the operator, or use %s", t, strings.Join(known, ", "))
}

// HasAgents reports whether a channel's replicas follow its rostered agents.
func HasAgents(c *v1alpha1.BookingChannel) bool {
	k, err := Find(c.Spec.Type)
	return err == nil && k.Agents
}
