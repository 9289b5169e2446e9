using Microsoft.AspNetCore.Components;
using ScimProvisioning.Admin.Connections;

namespace ScimProvisioning.Portal;

/// <summary>A page about one connection, whose id is in its address: <c>@page "/portal/connections/{connection:guid}/…"</c>.</summary>
public abstract class ConnectionPage : PortalPage
{
    [Parameter]
    public Guid Connection { get; set; }

    /// <summary>The connection; set before <see cref="LoadOfConnectionAsync"/> is called.</summary>
    private protected ConnectionResponse Shown { get; private set; } = null!;

    internal string Name => Shown?.Name ?? "";

    /// <inheritdoc/>
    protected sealed override async Task LoadAsync()
    {
        Shown = await ReadAsync((ConnectionUseCases connections) => connections.GetAsync(Connection, Ct));
        await LoadOfConnectionAsync();
    }

    /// <summary>Reads what the page shows beside the connection.</summary>
    protected virtual Task LoadOfConnectionAsync() => Task.CompletedTask;

    private protected string Here(string page = "") => Href($"/connections/{Connection}{page}");

    /// <summary>Where a request is seen.</summary>
    // Minutes more on both sides, since the log tells the time of the database, and the history that of the server.
    private protected string RequestAt(DateTime at, string requestId) =>
        Here(
            $"/activity/requests?requestId={Uri.EscapeDataString(requestId)}&since={Iso(at.AddMinutes(-5))}&until={Iso(at.AddMinutes(5))}"
        );
}
