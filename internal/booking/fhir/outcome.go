/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

// OperationOutcome describes the result of a request.
type OperationOutcome struct {
	ResourceType string      `json:"resourceType"`
	Extension    []Extension `json:"extension,omitempty"`
	Issue        []Issue     `json:"issue"`
}

// Issue is one statement of an OperationOutcome.
type Issue struct {
	Extension   []Extension     `json:"extension,omitempty"`
	Severity    string          `json:"severity"` // error, information
	Code        string          `json:"code"`     // of FHIR's value set issue-type
	Details     CodeableConcept `json:"details"`
	Diagnostics string          `json:"diagnostics,omitempty"` // for authors of clients, in English
	Expression  []string        `json:"expression,omitempty"`  // FHIRPath
}

// informed returns an outcome without a problem.
func informed(text string) *OperationOutcome {
	return &OperationOutcome{ResourceType: "OperationOutcome", Issue: []Issue{{
		Severity: "information", Code: "informational", Details: CodeableConcept{Text: text},
	}}}
}
