namespace ScimProvisioning.Api;

/// <summary>What endpoints tell the OpenAPI document about themselves, beside their types.</summary>
static class EndpointDescriptions
{
    /// <summary>Puts endpoints under a heading of the OpenAPI document.</summary>
    public static RouteGroupBuilder WithTag(this RouteGroupBuilder endpoints, string name, string description) =>
        endpoints.WithTags(name).WithMetadata(new TagDescription(name, description));

    /// <summary>Describes a parameter of the path or of the query, for each endpoint that has it.</summary>
    public static RouteGroupBuilder WithParameter(this RouteGroupBuilder endpoints, string name, string description) =>
        endpoints.WithMetadata(new ParameterDescription(name, description));

    /// <summary>Describes a header of the answer.</summary>
    public static RouteHandlerBuilder WithResponseHeader(this RouteHandlerBuilder endpoint, string name, string description) =>
        endpoint.WithMetadata(new ResponseHeaderDescription(name, description));
}

/// <summary>Metadata of an endpoint: the heading that it stands under.</summary>
sealed record TagDescription(string Name, string Text);

/// <summary>Metadata of an endpoint: what a parameter means.</summary>
sealed record ParameterDescription(string Name, string Text);

/// <summary>Metadata of an endpoint: what a header of its answer means.</summary>
sealed record ResponseHeaderDescription(string Name, string Text);
