{{- define "type_members" -}}
{{- if eq .Name "metadata" -}}
as for every Kubernetes object
{{- else -}}
{{ template "cell" .Doc }}
{{- $types := list .Type }}{{ with .Type.UnderlyingType }}{{ $types = append $types . }}{{ end }}
{{- $said := list }}
{{- range $types }}{{ range index .Markers "kubebuilder:validation:XValidation" }}{{ $said = append $said .Message }}{{ end }}{{ end }}
{{- range index .Markers "kubebuilder:validation:XValidation" }}{{ if not (has .Message $said) }} Refused: "{{ template "cell" .Message }}".{{ end }}{{ end }}
{{- end -}}
{{- end -}}
