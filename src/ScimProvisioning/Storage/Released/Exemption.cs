namespace ScimProvisioning.Storage.Released;

/// <summary>Whom the guard lets go because an admin has asked for it.</summary>
enum Exemption
{
    None,

    /// <summary>The scope has changed, which leaves people out.</summary>
    OutOfScope,

    /// <summary>A connection that was pending is enabled: what it will do can be seen before.</summary>
    Everybody,
}
