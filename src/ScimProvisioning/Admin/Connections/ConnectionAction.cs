using System.Text.Json;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Admin.Connections;

/// <summary>What an admin does to the state of a connection.</summary>
enum ConnectionAction
{
    Enable,
    Pause,
    Resume,
    Disable,
    Disconnect,
    Reconnect,
}

/// <summary>The states that actions lead to, and the names of actions.</summary>
static class ConnectionActions
{
    /// <summary>
    /// The state after the action: the same state when the connection is already where the action leads, and <c>null</c> when another
    /// action has to come first.
    /// </summary>
    /// <param name="before">The state that a pause goes back to: pending or active.</param>
    public static string? Next(this ConnectionAction action, string state, string before) =>
        (action, state) switch
        {
            (ConnectionAction.Enable, ConnectionState.Pending or ConnectionState.Active or ConnectionState.Disabled) =>
                ConnectionState.Active,
            (ConnectionAction.Pause, ConnectionState.Pending or ConnectionState.Active or ConnectionState.Paused) => ConnectionState.Paused,
            (ConnectionAction.Resume, ConnectionState.Pending or ConnectionState.Active) => state,
            (ConnectionAction.Resume, ConnectionState.Paused) => before,
            (ConnectionAction.Disable, not ConnectionState.Disconnected) => ConnectionState.Disabled,
            (ConnectionAction.Disconnect, _) => ConnectionState.Disconnected,
            (ConnectionAction.Reconnect, ConnectionState.Pending or ConnectionState.Active) => state,
            (ConnectionAction.Reconnect, ConnectionState.Disconnected) => ConnectionState.Pending,
            _ => null,
        };

    /// <summary>The action that has to come first in a state that refuses others.</summary>
    public static ConnectionAction WayOut(string state) =>
        state switch
        {
            ConnectionState.Paused => ConnectionAction.Resume,
            ConnectionState.Disabled => ConnectionAction.Enable,
            ConnectionState.Disconnected => ConnectionAction.Reconnect,
            _ => throw new InvalidOperationException($"Nothing is refused in the state {state}."),
        };

    /// <summary>The action in paths and texts, such as <c>pause</c>.</summary>
    public static string Verb(this ConnectionAction action) => JsonNamingPolicy.CamelCase.ConvertName(action.ToString());

    /// <summary>What the action does, for the lists of routes and of commands.</summary>
    public static string Summary(this ConnectionAction action) =>
        action switch
        {
            ConnectionAction.Enable => "Release a connection to the application, or open a disabled one again",
            ConnectionAction.Pause => "Ask the identity provider to come again later",
            ConnectionAction.Resume => "End a pause",
            ConnectionAction.Disable => "Refuse every login; tokens stay as they are",
            ConnectionAction.Disconnect => "Revoke everything that opens the connection; the directory stays",
            ConnectionAction.Reconnect => "Begin anew with the same Tenant URL and the same directory",
            _ => throw new InvalidOperationException($"Unhandled {action}."),
        };

    /// <summary>The action in the audit log and in the change log.</summary>
    public static ChangeType Change(this ConnectionAction action) =>
        action switch
        {
            ConnectionAction.Enable => ChangeType.ConnectionEnabled,
            ConnectionAction.Pause => ChangeType.ConnectionPaused,
            ConnectionAction.Resume => ChangeType.ConnectionResumed,
            ConnectionAction.Disable => ChangeType.ConnectionDisabled,
            ConnectionAction.Disconnect => ChangeType.ConnectionDisconnected,
            ConnectionAction.Reconnect => ChangeType.ConnectionReconnected,
            _ => throw new InvalidOperationException($"Unhandled {action}."),
        };

    /// <summary>The action in texts such as "it cannot be paused".</summary>
    public static string Participle(this ConnectionAction action) =>
        action switch
        {
            ConnectionAction.Enable => "enabled",
            ConnectionAction.Pause => "paused",
            ConnectionAction.Resume => "resumed",
            ConnectionAction.Disable => "disabled",
            ConnectionAction.Disconnect => "disconnected",
            ConnectionAction.Reconnect => "reconnected",
            _ => throw new InvalidOperationException($"Unhandled {action}."),
        };
}
