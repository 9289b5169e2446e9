namespace ScimProvisioning.Api;

/// <summary>The paths that more than one feature of the JSON API uses.</summary>
static class ApiRoutes
{
    /// <summary>Where the API begins.</summary>
    public const string Root = "/api/v1";

    /// <summary>Organizations, below <see cref="Root"/>.</summary>
    public const string Organizations = "/organizations";

    /// <summary>Connections, below <see cref="Root"/>.</summary>
    public const string Connections = "/connections";

    /// <summary>The path of one connection, for <c>Location</c> headers and for texts.</summary>
    public static string OfConnection(Guid id) => $"{Root}{Connections}/{id}";

    /// <summary>A group for endpoints below one connection, whose id they get as the route value <c>id</c>.</summary>
    public static RouteGroupBuilder MapConnectionGroup(this RouteGroupBuilder api, string path) =>
        api.MapGroup($"{Connections}/{{id:guid}}{path}")
            .WithParameter("id", "The id of the connection.")
            .ProducesProblem(StatusCodes.Status404NotFound);
}
