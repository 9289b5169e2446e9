using ScimProvisioning.Projection;

namespace ScimProvisioning.Directory.Users;

/// <summary>
/// Small signs of identity providers, to stand beside the people who come from there. They are shapes of our own, not the providers' marks.
/// Whoever shows one says in words what it means.
/// </summary>
static class ProviderIcons
{
    const string OfOthers = """<circle cx="8" cy="8" r="5.5" fill="none" stroke="#5b6472" stroke-width="2"/>""";

    static readonly Dictionary<string, string> Shapes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["entra"] = """<path d="M8 1 15 8 8 15 1 8z" fill="#1b66c9"/><path d="M8 5 11 8 8 11 5 8z" fill="#fff"/>""",
        ["okta"] = """<circle cx="8" cy="8" r="7" fill="#2b3a8c"/><circle cx="8" cy="8" r="3" fill="#fff"/>""",
        ["onelogin"] = """<rect x="1" y="1" width="14" height="14" rx="3" fill="#2f7d5b"/><path d="M7 4h2v8H7z" fill="#fff"/>""",
        ["jumpcloud"] = """<path d="M4 13a4 4 0 0 1 0-8 5 5 0 0 1 9 2 3 3 0 0 1-1 6z" fill="#2a7f93"/>""",
        ["ping"] = """<rect x="1" y="1" width="14" height="14" fill="#a3262f"/><path d="M4 8h8M8 4v8" stroke="#fff" stroke-width="2"/>""",
    };

    public static void MapProviderIcons(this WebApplication app) =>
        app.MapGet(
                PersonFrames.IconUrl("{provider}"),
                (string provider, HttpResponse response) =>
                {
                    response.Headers.CacheControl = "public, max-age=86400";
                    return TypedResults.Text(Svg(provider), "image/svg+xml");
                }
            )
            .ExcludeFromDescription();

    static string Svg(string provider) =>
        """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="16" height="16">"""
        + Shapes.GetValueOrDefault(provider, OfOthers)
        + "</svg>";
}
