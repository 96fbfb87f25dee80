/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package identifier

import "log/slog"

// redacted replaces an identifier in anything that is printed or logged. It hides even the
// kind: an STP code is personal data by itself.
const redacted = "[identifier]"

// String hides the code.
func (Identifier) String() string { return redacted }

// GoString hides the code.
func (Identifier) GoString() string { return redacted }

// MarshalText hides the code.
func (Identifier) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON hides the code.
func (Identifier) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// LogValue hides the code.
func (Identifier) LogValue() slog.Value { return slog.StringValue(redacted) }
