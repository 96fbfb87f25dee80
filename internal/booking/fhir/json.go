/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package fhir

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/mezzanotte/mezzanotte/internal/booking"
)

// The limits of a body.
const (
	MaxBody   = 16 << 10
	maxDepth  = 12
	maxText   = 1024
	maxNumber = 32
)

// object is a JSON object. The other values are those of [json.Decoder.Token]: []any,
// string, json.Number, bool or nil.
type object = map[string]any

// names are the element names that an error may repeat. Any other name may hold personal
// data: a client's mistake can turn a value into a name.
var names = func() map[string]bool {
	set := map[string]bool{}
	for _, name := range []string{
		"parameter", "name", "resource", "resourceType", "identifier", "system", "value", "birthDate",
		"telecom", "communication", "language", "preferred", "coding", "code", "reference",
		"valueString", "valueCode", "valueCoding", "valueDate", "valueDateTime", "valueReference", "valueUri",
		"valueInteger", "valuePositiveInt", "valueUnsignedInt", "valueIdentifier",
	} {
		set[name] = true
	}
	return set
}()

// forbidden are the elements that change what others mean: a reader that does not know
// them must not ignore them.
var forbidden = map[string]bool{"modifierExtension": true, "implicitRules": true}

// parse reads a body that holds a resource of a type, within the limits.
func parse(body []byte, resourceType string) (element, error) {
	root := element{path: resourceType, problem: new(*Error)}
	if len(body) > MaxBody {
		return root, booking.CodeTooLarge
	}
	if err := grammar(body, resourceType); err != nil {
		return root, err
	}
	r := reader{json.NewDecoder(bytes.NewReader(body))}
	r.UseNumber()
	value, err := r.value(&step{name: resourceType}, 0)
	if err != nil {
		return root, err
	}
	fields, ok := value.(object)
	if !ok {
		return root, malformed(resourceType, "is "+kindOf(value), "write a JSON object")
	}
	root.fields = fields
	if root.text("resourceType", 64) != resourceType {
		root.wrong("resourceType", booking.CodeWrongValue, "is of another resource", "write "+resourceType)
	}
	return root, root.err()
}

// grammar returns an error unless a body is JSON.
func grammar(body []byte, path string) error {
	if !utf8.Valid(body) {
		return malformed(path, "is not in UTF-8", "send it in UTF-8")
	}
	var syntax *json.SyntaxError
	switch err := json.Unmarshal(body, new(json.RawMessage)); {
	case len(body) == 0:
		return malformed(path, "is empty", "send it as the body of the request")
	case errors.As(err, &syntax):
		return malformed(path, fmt.Sprintf("is no JSON at byte %d", syntax.Offset), "send one JSON object")
	case err != nil:
		return malformed(path, "is no JSON", "send one JSON object")
	}
	return nil
}

func malformed(path, wrong, right string) *Error {
	return &Error{Code: booking.CodeMalformed, Expression: path, Wrong: wrong, Right: right}
}

// step is the position of a value below the root. Only errors write it.
type step struct {
	from *step
	name string // "" for an item of an array or a name that may not be repeated
	nth  int    // index in an array, from 0; -1 in an object
}

func (s *step) String() string {
	switch {
	case s.from == nil:
		return s.name
	case s.nth >= 0:
		return fmt.Sprintf("%s[%d]", s.from, s.nth)
	case s.name == "":
		return s.from.String()
	}
	return s.from.String() + "." + s.name
}

// reader reads the values of valid JSON.
type reader struct{ *json.Decoder }

func (r reader) value(at *step, depth int) (any, error) {
	token, err := r.Token()
	if err != nil {
		return nil, noJSON(at)
	}
	switch token := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, malformed(at.String(), "is nested too deeply", fmt.Sprintf("write at most %d levels", maxDepth))
		}
		if token == '{' {
			return r.object(at, depth+1)
		}
		return r.array(at, depth+1)
	case string:
		return token, checkText(token, at)
	case json.Number:
		if len(token) > maxNumber {
			return nil, tooLong(at.String(), maxNumber)
		}
	}
	return token, nil
}

func (r reader) object(at *step, depth int) (any, error) {
	fields := object{}
	for r.More() {
		token, err := r.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return nil, noJSON(at)
		}
		in := &step{from: at, nth: -1}
		if names[name] || forbidden[name] {
			in.name = name
		}
		if _, twice := fields[name]; twice {
			return nil, malformed(in.String(), "is there twice, or has an element that is", "write each element once")
		}
		if forbidden[name] {
			return nil, malformed(in.String(), "may change what the rest means, in a way that is not known here", "leave it out")
		}
		if fields[name], err = r.value(in, depth); err != nil {
			return nil, err
		}
	}
	return fields, r.closing(at)
}

func (r reader) array(at *step, depth int) (any, error) {
	list := []any{}
	for r.More() {
		value, err := r.value(&step{from: at, nth: len(list)}, depth)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	return list, r.closing(at)
}

func (r reader) closing(at *step) error {
	if _, err := r.Token(); err != nil {
		return noJSON(at)
	}
	return nil
}

func noJSON(at *step) error { return malformed(at.String(), "is no JSON", "send one JSON object") }

func checkText(text string, at *step) error {
	if len(text) > maxText {
		return tooLong(at.String(), maxText)
	}
	for _, c := range text {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return malformed(at.String(), "has a control character", "write text without it")
		}
	}
	return nil
}

func tooLong(path string, most int) *Error {
	return &Error{Code: booking.CodeTooLong, Expression: path, Wrong: "is too long", Right: fmt.Sprintf("write at most %d bytes", most)}
}

// kindOf names the kind of a value, not the value.
func kindOf(value any) string {
	switch value.(type) {
	case object:
		return "an object"
	case []any:
		return "an array"
	case string:
		return "a string"
	case json.Number:
		return "a number"
	case bool:
		return "a boolean"
	}
	return "null"
}
