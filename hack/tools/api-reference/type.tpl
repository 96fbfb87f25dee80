{{- define "type" -}}
{{- $type := . -}}
{{- if markdownShouldRenderType $type }}
### {{ $type.Name }}

{{ $type.Doc | trim }}
{{- if $type.IsAlias }}

It is a {{ markdownRenderTypeLink $type.UnderlyingType }}.
{{- end }}
{{- if and $type.Validation (not $type.EnumValues) }}

Rules: {{ template "rules" $type }}
{{- end }}
{{- with index $type.Markers "kubebuilder:validation:XValidation" }}

What is refused, and what it says:
{{ range . }}
- {{ .Message }}
{{- end }}
{{- end }}
{{- if $type.References }}

Used in {{ range $i, $r := $type.SortedReferences }}{{ if $i }}, {{ end }}{{ markdownRenderTypeLink $r }}{{ end }}.
{{- end }}
{{- if $type.Members }}

| field | type | meaning | default | rules |
|---|---|---|---|---|
{{- if $type.GVK }}
| `apiVersion` | string | `{{ $type.GVK.Group }}/{{ $type.GVK.Version }}` | | |
| `kind` | string | `{{ $type.GVK.Kind }}` | | |
{{- end }}
{{- range $type.Members }}
| `{{ .Name }}` | {{ markdownRenderType .Type }} | {{ template "type_members" . }} | {{ with .Default }}`{{ . }}`{{ end }} | {{ template "rules" . }} |
{{- end }}
{{- end }}
{{- if $type.EnumValues }}

| value | meaning |
|---|---|
{{- range $type.EnumValues }}
| `{{ .Name }}` | {{ template "cell" .Doc }} |
{{- end }}
{{- end }}
{{ end -}}
{{- end -}}

{{- define "rules" -}}
{{- $rules := list -}}
{{- range .Validation -}}
{{- if eq . "Required: {}" -}}{{- $rules = prepend $rules "required" -}}
{{- else if ne . "Optional: {}" -}}{{- $rules = append $rules (replace "|" "\\|" .) -}}
{{- end -}}
{{- end -}}
{{- join ", " ($rules | uniq) -}}
{{- end -}}
