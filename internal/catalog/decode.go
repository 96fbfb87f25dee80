/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Decode reads a document. It refuses it as a whole if it has another format or an
// invalid value.
func Decode(data []byte) (Catalog, error) {
	if len(data) > MaxBytes {
		return Catalog{}, fmt.Errorf("decode the catalog: %w", &TooLargeError{What: "bytes", Got: len(data), Max: MaxBytes})
	}
	// The format first: nothing is known of the fields of another one.
	var head struct {
		Format int `json:"format"`
	}
	if err := parse(data, &head); err != nil {
		return Catalog{}, err
	}
	if head.Format != format {
		return Catalog{}, fmt.Errorf("decode the catalog: format %d is not known here, only format %d: upgrade the booking server", head.Format, format)
	}
	var d document
	if err := parse(data, &d); err != nil {
		return Catalog{}, err
	}
	if d.Revision == 0 {
		return Catalog{}, errors.New("decode the catalog: it has no revision, so it was never published: revisions begin at 1")
	}
	if err := d.check(); err != nil {
		return Catalog{}, fmt.Errorf("decode the catalog: %w", err)
	}
	return d.sorted(), nil
}

// parse reads JSON; its error says where it broke.
func parse(data []byte, into any) error {
	err := json.Unmarshal(data, into)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case len(data) == 0:
		return errors.New("decode the catalog: it is empty")
	case errors.As(err, &syntax):
		return fmt.Errorf("decode the catalog: no JSON at byte %d of %d: %w", syntax.Offset, len(data), err)
	case errors.As(err, &kind):
		return fmt.Errorf("decode the catalog: %s is a %s: write a %s", kind.Field, kind.Value, kind.Type)
	}
	return fmt.Errorf("decode the catalog: %w", err)
}
