namespace ScimProvisioning.Api;

/// <summary>The paths that more than one feature of the JSON API names.</summary>
static class ApiRoutes
{
    /// <summary>Where the API begins.</summary>
    public const string Root = "/api/v1";

    /// <summary>Organizations, below <see cref="Root"/>.</summary>
    public const string Organizations = "/organizations";

    /// <summary>Connections, below <see cref="Root"/>.</summary>
    public const string Connections = "/connections";

    /// <summary>One connection, below <see cref="Root"/>; the route value is called <c>id</c>.</summary>
    public const string Connection = Connections + "/{id:guid}";
}
