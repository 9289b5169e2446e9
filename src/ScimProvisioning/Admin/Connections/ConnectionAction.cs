using System.Text.Json;
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

/// <summary>The states that actions lead to.</summary>
static class ConnectionActions
{
    /// <summary>The state after the action; the same when its outcome holds already; <c>null</c> when another action has to come first.</summary>
    /// <param name="before">Whether the connection was pending or active when it last was either.</param>
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

    /// <summary>The action that leads out of a state in which others make no sense.</summary>
    public static ConnectionAction WayOut(string state) =>
        state switch
        {
            ConnectionState.Paused => ConnectionAction.Resume,
            ConnectionState.Disabled => ConnectionAction.Enable,
            ConnectionState.Disconnected => ConnectionAction.Reconnect,
            _ => throw new InvalidOperationException($"Nothing is refused in the state {state}."),
        };

    /// <summary>In paths and texts.</summary>
    public static string Verb(this ConnectionAction action) => JsonNamingPolicy.CamelCase.ConvertName(action.ToString());

    /// <summary>In the audit log and the event log.</summary>
    public static string Event(this ConnectionAction action) => $"connection.{action.Verb().TrimEnd('e')}ed";
}
