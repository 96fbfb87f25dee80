/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package identifier

import "log/slog"

// redacted is all that anybody sees of an identifier who does not ask for it by
// name. Not even its kind: that somebody has an STP code is nobody's business.
const redacted = "[identifier]"

// String does not give the code.
func (Identifier) String() string { return redacted }

// GoString does not give the code.
func (Identifier) GoString() string { return redacted }

// MarshalText does not give the code.
func (Identifier) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON does not give the code.
func (Identifier) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// LogValue does not give the code.
func (Identifier) LogValue() slog.Value { return slog.StringValue(redacted) }
