{{- define "gvDetails" -}}
{{- $gv := . }}
Group and version: `{{ $gv.GroupVersionString }}`. Words are explained in the [glossary](../glossary.md), conditions and reasons in [What do the conditions mean?](../how-to/read-the-conditions.md)

You write these kinds:

| kind | what it is |
|---|---|
{{- range $gv.SortedKinds }}
{{- $kind := $gv.TypeForKind . }}
| {{ markdownRenderTypeLink $kind }} | {{ template "cell" $kind.Doc }} |
{{- end }}

In the tables below, a field is optional unless its rules say "required". `kubectl apply` refuses an object that breaks a rule.

## Kinds
{{ range $gv.SortedKinds }}{{ template "type" $gv.TypeForKind . }}{{ end }}
## Types
{{ range $gv.SortedTypes }}{{ if not .GVK }}{{ template "type" . }}{{ end }}{{ end -}}
{{- end -}}

{{- define "cell" -}}
{{- . | replace "\n" " " | replace "|" "\\|" | trim -}}
{{- end -}}
